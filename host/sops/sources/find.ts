import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type Format, formatOfName, markers } from '../formats/names.ts';
import { pathFault } from './fault.ts';
import { type KustomizationFile, kustomizationNames } from './kustomization-file.ts';
import { kustomizationsBelow, type Visit } from './recurse.ts';
import { securePath } from './secure-path.ts';

/** A file that is decrypted before the build. */
export interface EncryptedSource {
  /** Relative to the root, links resolved. */
  readonly path: string;
  readonly format: Format;
}

/** Larger files are refused, as in Flux. */
const mostBytes = 5 * 2 ** 20;

/**
 * The encrypted files that go into generated Secrets and patches, looked for as Flux does: `files` and `envs` of secretGenerator, `path` of
 * patches, in every kustomization that the folder leads to.
 * @param components of the Kustomization's own spec, beside those of the file
 * @throws SourceFault
 */
export function findSources(root: string, folder: string, components: readonly string[]): EncryptedSource[] {
  const found = new Map<string, EncryptedSource>();
  const looked = new Set<string>();
  for (const visit of visits(root, folder, components)) {
    for (const { name, format } of referredFiles(visit)) {
      const path = securePath(root, posix.isAbsolute(name) ? name : posix.join(visit.folder, name));
      if (looked.has(path)) continue;
      looked.add(path);
      if (isEncryptedFile(root, { path, format })) found.set(path, { path, format });
    }
  }
  return [...found.values()];
}

/** Without a kustomization of its own, a folder is built from what is below it. */
function* visits(root: string, folder: string, components: readonly string[]): Generator<Visit> {
  const path = securePath(root, folder);
  const own = kustomizationNames.some((name) => isThere(posix.join(root, path, name)));
  if (own) {
    const seen = [...kustomizationsBelow(root, path)];
    yield* seen;
  }
  const resources = own ? [] : foldersBelow(root, path);
  const rest: KustomizationFile = { resources, components: [...components] };
  yield* kustomizationsBelow(root, path, rest);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

const mostFolders = 100_000;

/** Folders below that have a kustomization, and none above them that has one; relative to the folder. */
function foldersBelow(root: string, folder: string): string[] {
  const found: string[] = [];
  const queue = [''];
  for (let count = 0; queue.length > 0 && count < mostFolders; count += 1) {
    const at = queue.shift() ?? '';
    for (const entry of readdirSync(posix.join(root, folder, at), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const below = posix.join(at, entry.name);
      const has = kustomizationNames.some((name) => isThere(posix.join(root, folder, below, name)));
      (has ? found : queue).push(below);
    }
  }
  return found.sort();
}

function referredFiles({ kustomization }: Visit): { name: string; format: Format }[] {
  const generators = kustomization.secretGenerator ?? [];
  return [
    ...generators.flatMap(({ files, envs }) => [
      ...(files ?? []).map((source) => {
        const at = source.indexOf('=');
        const key = at < 0 ? source : source.slice(0, at);
        return { name: source.slice(at + 1), format: formatOfName(key) };
      }),
      ...(envs ?? []).map((name) => {
        const format = formatOfName(name);
        return { name, format: format === 'binary' ? ('dotenv' as const) : format };
      }),
    ]),
    ...(kustomization.patches ?? []).flatMap(({ path }) =>
      path && !isRemote(path) ? [{ name: path, format: formatOfName(path) }] : [],
    ),
  ];
}

const isRemote = (path: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]/.test(path);

/** @param limit of its size in bytes @throws SourceFault for what is no file, or a large one */
export function isEncryptedFile(root: string, { path, format }: EncryptedSource, limit = mostBytes): boolean {
  const file = posix.join(root, path);
  let stats: ReturnType<typeof lstatSync>;
  try {
    stats = lstatSync(file);
  } catch (error) {
    throw pathFault(path, error);
  }
  if (!stats?.isFile()) {
    throw pathFault(path, 'cannot decrypt irregular file as it has file mode type bits set');
  }
  if (stats.size > limit) {
    throw pathFault(path, `cannot decrypt file with size (${stats.size} bytes) exceeding limit (${limit})`);
  }
  return readFileSync(file).includes(markers[format]);
}
