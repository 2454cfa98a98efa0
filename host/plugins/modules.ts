import { readFile } from 'node:fs/promises';
import type { LoadedPlugin, Sandbox } from '../sandbox/types.ts';
import { pluginFileChanged } from './errors.ts';

/** Where a module is, and which one is expected there. */
export interface ModuleFile {
  readonly file: string;
  /** `sha256:<hex>` */
  readonly digest: string;
  /** Name of the plugin, for messages. */
  readonly name: string;
  /** Largest memory that an administrator allows. */
  readonly memoryBytes?: number;
}

/** A compiled module in use; it stays as long as it is not released. */
export interface ModuleLease {
  readonly plugin: LoadedPlugin;
  release(): void;
}

/** Compiled modules: made at first use, shared, and let go once nobody has used them for a while. */
export interface Modules {
  /** @throws FluxError when the module cannot be loaded, FLUX_E_PLUGIN_LOAD when the file is another one by now */
  lease(module: ModuleFile): Promise<ModuleLease>;
  /** Lets go of a module as soon as its last call is over. */
  drop(digest: string): void;
  /** How many are compiled at this moment. */
  readonly loaded: number;
  close(): void;
}

interface Entry {
  readonly digest: string;
  readonly loading: Promise<LoadedPlugin>;
  users: number;
  dropped: boolean;
  timer: NodeJS.Timeout | undefined;
}

export interface ModulesOptions {
  readonly sandbox: Sandbox;
  /** How long a module that nobody uses is kept. */
  readonly idleMs: number;
  /** Told how many are compiled. */
  readonly onCount?: (count: number) => void;
}

export function createModules({ sandbox, idleMs, onCount }: ModulesOptions): Modules {
  const entries = new Map<string, Entry>();
  const forget = (key: string, entry: Entry) => {
    clearTimeout(entry.timer);
    if (entries.get(key) === entry) entries.delete(key);
    onCount?.(entries.size);
    if (![...entries.values()].some(({ digest }) => digest === entry.digest)) sandbox.forget(entry.digest);
  };
  const release = (key: string, entry: Entry) => {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (entry.dropped) return forget(key, entry);
    entry.timer = setTimeout(() => forget(key, entry), idleMs).unref();
  };
  const entryOf = (key: string, module: ModuleFile): Entry => {
    const found = entries.get(key);
    if (found) return found;
    const loading = load(sandbox, module);
    const entry: Entry = { digest: module.digest, loading, users: 0, dropped: false, timer: undefined };
    entries.set(key, entry);
    onCount?.(entries.size);
    return entry;
  };
  return {
    async lease(module) {
      const key = `${module.digest} ${module.memoryBytes ?? ''}`;
      const entry = entryOf(key, module);
      clearTimeout(entry.timer);
      entry.dropped = false;
      entry.users += 1;
      try {
        const plugin = await entry.loading;
        let held = true;
        return {
          plugin,
          release() {
            if (held) release(key, entry);
            held = false;
          },
        };
      } catch (error) {
        // The next call tries again: the disk may have recovered.
        entry.dropped = true;
        if (entries.get(key) === entry) entries.delete(key);
        release(key, entry);
        throw error;
      }
    },
    drop(digest) {
      for (const [key, entry] of entries) {
        if (entry.digest !== digest) continue;
        entry.dropped = true;
        if (entry.users === 0) forget(key, entry);
      }
    },
    get loaded() {
      return entries.size;
    },
    close() {
      for (const { timer } of entries.values()) clearTimeout(timer);
      entries.clear();
    },
  };
}

async function load(
  sandbox: Sandbox,
  { file, digest, name, memoryBytes }: ModuleFile,
): Promise<LoadedPlugin> {
  const bytes = await readFile(file);
  const plugin = await sandbox.load(bytes, {
    giveAway: true,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
  if (plugin.digest !== digest) throw pluginFileChanged(file, name);
  return plugin;
}
