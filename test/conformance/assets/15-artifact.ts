import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestAlgorithm } from '@flux-host/host/artifacts/digest.ts';
import { artifactPath, artifactUrl, ownerPath, storePath } from '@flux-host/host/artifacts/layout.ts';
import { collectGarbage, garbage } from '@flux-host/host/artifacts/retention.ts';
import { createArtifactStore } from '@flux-host/host/artifacts/store.ts';
import { endOfArchive, padding, tarHeader } from '@flux-host/host/artifacts/tar-header.ts';
import type { ArtifactStore } from '@flux-host/host/artifacts/types.ts';
import { DEFAULT_UNPACK_LIMITS, unpack } from '@flux-host/host/artifacts/unpack.ts';
import type { AssetRunner, Outcome } from '../asset.ts';
import { fail, pass } from '../asset.ts';
import { compare } from '../diff.ts';
import { tables } from '../table.ts';

type Fields = Readonly<Record<string, unknown>>;
type Check = (input: Fields, expected: Fields) => Outcome | Promise<Outcome>;

export const runner: AssetRunner = {
  *cases(dir) {
    for (const table of tables<Fields, Fields>(dir)) {
      const check = checks[table.function];
      for (const { name, input, expected } of table.cases) {
        const run = () => (check ? check(input, expected) : fail(`no check for ${table.function}`));
        yield { name: `${table.function}: ${name}`, run };
      }
    }
  },
};

const checks: Readonly<Record<string, Check>> = {
  TestAlgorithmForName: ({ name }, { want, wantErr }) =>
    outcomeOf(() => compare(want ?? '', digestAlgorithm(text(name))), wantErr),
  TestArtifactDir: (input, { expected }) => compare(expected, ownerPath(owner(input))),
  TestArtifactPath: (input, { expected }) =>
    compare(expected, artifactPath(owner(input), text(input['filename']))),
  TestStorage_SetArtifactURL: ({ hostname, artifactPath: path }, { expectedURL }) =>
    compare(expectedURL ?? '', artifactUrl(text(hostname), text(path))),
  TestStorage_LocalPath: ({ artifactPath: path }, { expectEmpty }) => {
    const local = attempt(() => storePath('/store', text(path)));
    if (local instanceof Error) return compare(expectEmpty ?? false, true);
    return compare(
      { empty: expectEmpty ?? false, inside: true },
      { empty: false, inside: local.startsWith('/store/') },
    );
  },
  TestStorage_Archive: checkArchive,
  TestStorage_CopyFromPath: checkCopyFromPath,
  TestStorage_CopyToPath: checkCopyToPath,
  TestStorage_RemoveAll: checkRemove,
  TestStorage_getGarbageFiles: checkGarbage,
  TestStorage_GarbageCollect: checkCollect,
  TestUntar: checkUntar,
};

async function checkArchive({ files, patterns }: Fields, { want, wantErr }: Fields): Promise<Outcome> {
  return withStore(async (store, dir) => {
    const source = join(dir, 'source');
    for (const [name, value] of Object.entries(record(files))) {
      const { mode, contents } = record(value);
      await writeTree(source, name, Buffer.from(text(contents)));
      await chmod(join(source, name), Number(mode ?? 0o644));
    }
    const file = 'test.tar.gz';
    const lines = Array.isArray(patterns) ? patterns.map(String) : [];
    const artifact = await store
      .archive(someone, 'r', source, { file, ignore: { patterns: lines } })
      .catch(asError);
    if (artifact instanceof Error) return outcomeOf(() => Promise.reject(artifact), wantErr);
    const lease = await store.tree(artifact);
    const found: Record<string, Fields> = {};
    for (const path of await filesIn(lease.dir)) {
      const { mode } = await stat(join(lease.dir, path));
      found[path] = { mode: mode & 0o777 };
    }
    const modes = Object.entries(record(want)).map(([path, value]) => [
      path,
      { mode: record(value)['mode'] ?? 0o600 },
    ]);
    return compare(Object.fromEntries(modes), found);
  });
}

async function checkCopyFromPath({ file }: Fields, { want, expectMismatch }: Fields): Promise<Outcome> {
  return withStore(async (store, dir) => {
    const { Name, Content } = record(file);
    const source = join(dir, 'source');
    await writeTree(source, text(Name), Buffer.from(text(Content)));
    const artifact = await store.put(someone, 'r', join(source, text(Name)), { file: text(Name) });
    const stored = await readFile(store.localPath(artifact), 'utf8');
    return compare(
      !expectMismatch,
      stored === text(record(want)['Content']) && (await store.verify(artifact)),
    );
  });
}

/** Upstream's archive is not part of the case, but what it has in it is what the first case expects. */
const REPOSITORY: Readonly<Record<string, string>> = {
  'README.md': '# Test Repository\n',
  'config/app.yaml': 'name: test-app\nversion: 1.0.0\n',
  'src/main.go': 'package main\n\nfunc main() {}\n',
  'src/utils/helper.go': 'package utils\n\nfunc Help() {}\n',
};

async function checkCopyToPath({ subPath }: Fields, { expectFiles, expectError }: Fields): Promise<Outcome> {
  return withStore(async (store, dir) => {
    const source = join(dir, 'source');
    for (const [name, content] of Object.entries(REPOSITORY))
      await writeTree(source, name, Buffer.from(content));
    const lease = await store.tree(await store.archive(someone, 'r', source, { file: 'a.tar.gz' }));
    const found: Record<string, string> = {};
    const from = join(lease.dir, text(subPath));
    const info = await stat(from).catch(() => undefined);
    if (!info) return compare(expectError ?? false, true);
    for (const path of info.isFile() ? [''] : await filesIn(from))
      found[path] = await readFile(join(from, path), 'utf8');
    return compare(expectFiles, found);
  });
}

async function checkRemove(
  { artifactPath: path, createArtifactPath }: Fields,
  { wantDeleted }: Fields,
): Promise<Outcome> {
  return withStore(async (store) => {
    const [kind = '', name = ''] = text(path).split('/');
    const target = { kind, namespace: '', name };
    if (createArtifactPath) await store.put(target, 'r', Buffer.from('x'), { file: basename(text(path)) });
    const removed = await store.remove(target);
    const left = await stat(dirname(store.localPath({ path: text(path) }))).catch(() => undefined);
    return compare({ removed: text(wantDeleted) !== '', left: false }, { removed, left: left !== undefined });
  });
}

async function checkGarbage(input: Fields, { wantDeleted }: Fields): Promise<Outcome> {
  return withFolder(async (root) => {
    const { dir, current } = await oldArtifacts(root, input);
    const records = Number(input['maxItemsToBeRetained']);
    const limit = Number(input['totalCountLimit']);
    const found = await garbage({ dir, current, records, limit, ttlMs: milliseconds(text(input['ttl'])) });
    const expected = Array.isArray(wantDeleted) ? wantDeleted.map((path) => basename(String(path))) : [];
    return compare(expected.toSorted(), found.toSorted());
  });
}

async function checkCollect(input: Fields, { wantErr, wantDeleted }: Fields): Promise<Outcome> {
  return withFolder(async (root) => {
    const { dir, current } = await oldArtifacts(root, input);
    const timeoutMs = milliseconds(text(input['ctxTimeout']));
    const records = Number(input['maxItemsToBeRetained'] ?? 2);
    const ttlMs = input['ttl'] === undefined ? 0 : milliseconds(text(input['ttl']));
    return outcomeOf(async () => {
      const removed = await collectGarbage({ dir, current, records, ttlMs, timeoutMs });
      const expected = Array.isArray(wantDeleted) ? wantDeleted.map((path) => basename(String(path))) : [];
      const left = await readdir(dir);
      const locks = removed.filter((name) => left.includes(`${name}.lock`));
      return compare({ removed: expected.toSorted(), locks: [] }, { removed: removed.toSorted(), locks });
    }, wantErr);
  });
}

/** Files as old as if one had been made after the other with the case's pause; the last one is in use. */
async function oldArtifacts(
  root: string,
  { artifactPaths, createPause }: Fields,
): Promise<{ dir: string; current: string }> {
  const paths = Array.isArray(artifactPaths) ? artifactPaths.map(String) : [];
  const artifacts = paths.filter((path) => !path.endsWith('.lock'));
  const pause = createPause === undefined ? 1 : milliseconds(text(createPause));
  const now = Date.now() / 1000;
  for (const path of paths) {
    await writeTree(root, path, Buffer.from('x'));
    const age = (artifacts.length - artifacts.indexOf(path.replace(/\.lock$/, ''))) * pause;
    await utimes(join(root, path), now - age / 1000, now - age / 1000);
  }
  const last = artifacts.at(-1) ?? '';
  return { dir: join(root, dirname(last)), current: basename(last) };
}

async function checkUntar(
  { content, fileName, fileMode, maxUntarSize }: Fields,
  { wantErr }: Fields,
): Promise<Outcome> {
  return withFolder(async (dir) => {
    const bytes = Buffer.from(text(record(content)['base64']), 'base64');
    const header = tarHeader({
      name: Buffer.from(text(fileName)),
      mode: Number(fileMode ?? 0),
      size: bytes.length,
      type: 'file',
    });
    const archive = join(dir, 'archive.tar.gz');
    await writeFile(
      archive,
      gzipSync(Buffer.concat([header, bytes, Buffer.alloc(padding(bytes.length)), endOfArchive()])),
    );
    const maxBytes =
      maxUntarSize === undefined || maxUntarSize === 0
        ? DEFAULT_UNPACK_LIMITS.maxBytes
        : Number(maxUntarSize);
    const fd = openSync(archive, 'r');
    try {
      return await outcomeOf(async () => {
        await unpack(fd, join(dir, 'out'), { maxBytes, maxEntries: 100 });
        const placed = await readFile(join(dir, 'out', text(fileName)));
        return placed.equals(bytes) ? pass : fail('other bytes than in the archive');
      }, wantErr);
    } finally {
      closeSync(fd);
    }
  });
}

const someone = { kind: 'GitRepository', namespace: 'default', name: 'test' };

const owner = ({ kind, namespace, objName }: Fields) => ({
  kind: text(kind),
  namespace: text(namespace),
  name: text(objName),
});

/** The outcome of the work; or, when an error is expected, whether its text comes. */
async function outcomeOf(work: () => Outcome | Promise<Outcome>, wantErr: unknown): Promise<Outcome> {
  const wanted = typeof wantErr === 'object' ? text(record(wantErr)['error']) : wantErr;
  const outcome = await Promise.try(work).catch(asError);
  if (!wanted) return outcome instanceof Error ? fail(outcome.message) : outcome;
  if (!(outcome instanceof Error)) return fail(`expected the error ${String(wanted)}, got none`);
  if (wanted === true || outcome.message.includes(String(wanted))) return pass;
  return fail(`expected the error ${String(wanted)}, got ${outcome.message}`);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return asError(error);
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Go's durations in milliseconds. */
function milliseconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { ns: 1e-6, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let sum = 0;
  for (const [, number, unit = ''] of duration.matchAll(/([\d.]+)(ns|ms|s|m|h)/g))
    sum += Number(number) * (units[unit] ?? 0);
  return sum;
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
}

async function writeTree(dir: string, name: string, content: Buffer): Promise<void> {
  await mkdir(dirname(join(dir, name)), { recursive: true });
  await writeFile(join(dir, name), content);
}

async function withStore(use: (store: ArtifactStore, dir: string) => Promise<Outcome>): Promise<Outcome> {
  return withFolder(async (dir) => {
    const store = await createArtifactStore({
      root: join(dir, `store-${randomUUID()}`),
      advertisedAddress: 'localhost:9090',
    });
    try {
      return await use(store, dir);
    } finally {
      await store.close();
    }
  });
}

async function withFolder(use: (dir: string) => Promise<Outcome>): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    return await use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
