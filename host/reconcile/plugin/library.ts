import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Value from 'typebox/value';
import { fileDigest } from '../../sandbox/skeleton.ts';
import { libraryFailed } from './errors.ts';
import { InstallRecord, modulesOf } from './record.ts';

/** Modules by digest and what is known of the plugins they belong to, on disk. */
export interface Library {
  /**
   * Makes the folders; temporary files of an earlier process go.
   * @throws FluxError FLUX_E_PLUGIN_STORAGE
   */
  open(): Promise<void>;
  fileOf(digest: string): string;
  /** Whether the module is here, whole and unchanged. */
  has(digest: string): Promise<boolean>;
  /**
   * Puts a module in place once `write` has filled a new file with it.
   * @throws FluxError FLUX_E_PLUGIN_STORAGE, and what `write` throws
   */
  add(digest: string, write: (file: string) => Promise<void>): Promise<void>;
  read(plugin: string): Promise<InstallRecord | undefined>;
  /** Changes a record; one change of a plugin at a time. Modules that nothing refers to any more go. */
  update(
    plugin: string,
    change: (record: InstallRecord | undefined) => InstallRecord | undefined,
  ): Promise<InstallRecord | undefined>;
  /** Names of the plugins that there are records of. */
  list(): Promise<string[]>;
}

const hex = /^sha256:([0-9a-f]{64})$/;

/** The library in a folder of its own. */
export function createLibrary(root: string): Library {
  const modules = join(root, 'modules');
  const records = join(root, 'records');
  const temporary = join(root, 'tmp');
  const recordFile = (plugin: string) => join(records, `${plugin}.json`);
  const list = async () =>
    (await readdir(records)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  const read = async (plugin: string) => parse(await readFile(recordFile(plugin), 'utf8').catch(() => ''));
  const fileOf = (digest: string) => join(modules, `${hexOf(digest)}.wasm`);

  const collect = async () => {
    const all = await Promise.all((await list()).map(read));
    const needed = new Set(all.flatMap((record) => (record ? modulesOf(record) : [])).map(hexOf));
    for (const name of await readdir(modules)) {
      if (!needed.has(name.replace(/\.wasm$/, ''))) await rm(join(modules, name), { force: true });
    }
  };
  const write = async (plugin: string, record: InstallRecord | undefined) => {
    try {
      if (record)
        await replaceFile(recordFile(plugin), join(temporary, randomUUID()), JSON.stringify(record));
      else await rm(recordFile(plugin), { force: true });
      await collect();
    } catch (error) {
      throw libraryFailed(`what is known of plugin ${plugin} cannot be stored`, error);
    }
  };
  let changes: Promise<unknown> = Promise.resolve();

  return {
    async open() {
      try {
        await rm(temporary, { recursive: true, force: true });
        for (const dir of [modules, records, temporary]) await mkdir(dir, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw libraryFailed('the folder of plugins cannot be made', error);
      }
    },
    fileOf,
    list,
    read,
    async has(digest) {
      return (await fileDigest(fileOf(digest)).catch(() => '')) === digest;
    },
    async add(digest, fill) {
      const file = join(temporary, randomUUID());
      try {
        await fill(file);
        await sync(file);
        await rename(file, fileOf(digest)).catch((error: unknown) => {
          throw libraryFailed(`module ${digest} cannot be stored`, error);
        });
      } finally {
        await rm(file, { force: true });
      }
    },
    update(plugin, change) {
      const work = changes.then(async () => {
        const before = await read(plugin);
        const after = change(before);
        if (JSON.stringify(before) !== JSON.stringify(after)) await write(plugin, after);
        return after;
      });
      changes = work.catch(() => {});
      return work;
    },
  };
}

/** @throws Error for anything but a sha256 digest, which also keeps names from leaving the folder */
function hexOf(digest: string): string {
  const match = hex.exec(digest)?.[1];
  if (!match) throw new Error(`"${digest}" is no sha256 digest`);
  return match;
}

/** A record that cannot be read is as good as none: the plugin is installed anew. */
function parse(text: string): InstallRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(InstallRecord, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function replaceFile(file: string, temporary: string, content: string): Promise<void> {
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
