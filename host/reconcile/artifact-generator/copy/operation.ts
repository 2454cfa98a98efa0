import { copyFile, cp, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import type { ArtifactGenerator } from '@flux-host/crds/source-extensions/artifact-generator.ts';
import { hasCode } from '../../../artifacts/errors.ts';
import type { ArtifactStore } from '../../../artifacts/types.ts';
import { errorText } from '../../../errors/text.ts';
import { CopyFault } from '../errors.ts';
import { copyFolder } from './folder.ts';
import { deepGlob, excluder, glob, isGlob, literalRoot } from './globs.ts';
import { mergeYaml } from './merge.ts';

type Operation = ArtifactGenerator['spec']['artifacts'][number]['copy'][number];

/** Where files come from and go to. */
export interface Workspace {
  /** Folder of the unpacked tree of a source. */
  source(alias: string): string | undefined;
  /** Folder of the artifact that is being made. */
  readonly target: string;
  /** A folder for what is only there for a moment, on the same file system. */
  readonly scratch: string;
  readonly store: Pick<ArtifactStore, 'unpack'>;
  readonly signal: AbortSignal;
}

/**
 * Copies much like `cp`, in the order of the operations, so that later ones win.
 * @throws CopyFault in Flux's words; the error of the file system
 */
export async function applyOperations(operations: readonly Operation[], workspace: Workspace): Promise<void> {
  for (const operation of operations) {
    workspace.signal.throwIfAborted();
    try {
      await apply(operation, workspace);
    } catch (error) {
      if (workspace.signal.aborted) throw error;
      const { from, to } = operation;
      throw new CopyFault(
        `failed to apply copy operations: failed to apply copy operation from '${from}' to '${to}': ${textOf(error)}`,
        { cause: error },
      );
    }
  }
}

/** Errors of the file system name folders of the host. */
function textOf(error: unknown): string {
  if (hasCode(error, 'ENOTDIR')) return 'a file is in the place of a folder';
  if (hasCode(error, 'EISDIR')) return 'a folder is in the place of a file';
  if (hasCode(error, 'ENOSPC')) return 'no space left on device';
  return errorText(error);
}

interface Run extends Workspace {
  readonly operation: Operation;
  /** Folder of the source. */
  readonly root: string;
}

async function apply(operation: Operation, workspace: Workspace): Promise<void> {
  const [, alias = '', path = ''] = /^@([^/]+)\/(.*)$/s.exec(operation.from) ?? [];
  const root = workspace.source(alias);
  if (root === undefined) throw new CopyFault(`source alias '${alias}' not found`);
  const to = operation.to.slice('@artifact/'.length);
  const run: Run = { ...workspace, operation, root };
  const isExcluded = excluder(operation.exclude ?? [], isGlob(path) ? literalRoot(path) : '.');
  if (!isGlob(path)) return copySingle(run, { path: inside(path), to });
  inside(path);
  const matches = operation.strategy === 'Extract' ? await deepGlob(root, path) : await glob(root, path);
  if (matches.length === 0) throw new CopyFault(`no files match pattern '${path}' in source '${alias}'`);
  const wanted = matches.filter((match) => !isExcluded(match));
  if (wanted.length === 0) {
    throw new CopyFault(`all files matching pattern '${path}' in source '${alias}' were excluded`);
  }
  for (const match of wanted) {
    workspace.signal.throwIfAborted();
    if (operation.strategy !== 'Extract')
      await copyOne(run, { path: match, to: placeOf(path, match, to), isExcluded });
    else if (isArchive(match)) await extract(run, match, to);
  }
}

/** A file or folder that is named, without a pattern. */
async function copySingle(run: Run, { path, to }: { path: string; to: string }): Promise<void> {
  const { operation, root, target } = run;
  const found = await stat(join(root, path)).catch(() => undefined);
  if (!found) throw new CopyFault(`source '${path}' does not exist`);
  const exclude = operation.exclude ?? [];
  if (found.isDirectory()) {
    if (operation.strategy === 'Extract') {
      throw new CopyFault(`extract strategy is not supported for directories, got '${path}'`);
    }
    const name = path === '.' ? '' : basename(path);
    return copyOne(run, { path, to: posix.join(to, name), isExcluded: excluder(exclude, path) });
  }
  const isExcluded = excluder(exclude, '.');
  if (isExcluded(path)) return;
  if (operation.strategy === 'Extract') {
    if (isArchive(path)) return extract(run, path, to);
    throw new CopyFault(`extract strategy requires tarball file (.tar.gz or .tgz), got '${path}'`);
  }
  const isFolder = to.endsWith('/') || to === '' || (await isDirectory(join(target, inside(to))));
  await copyOne(run, { path, to: isFolder ? posix.join(to, basename(path)) : to, isExcluded });
}

async function copyOne(
  { root, target, operation, signal }: Run,
  { path, to, isExcluded }: { path: string; to: string; isExcluded: (path: string) => boolean },
): Promise<void> {
  const [from, place] = [join(root, path), join(target, inside(to))];
  if (await isDirectory(from)) return copyFolder({ root, path, place, isExcluded, signal });
  await mkdir(dirname(place), { recursive: true });
  const isThere = operation.strategy === 'Merge' && (await stat(place).catch(() => undefined)) !== undefined;
  if (isThere) await mergeYaml(from, place);
  else await copyFile(from, place);
}

/** `dir/**` gives what is in the folder, other patterns the path as it is. */
function placeOf(pattern: string, match: string, to: string): string {
  const folder = pattern.endsWith('/**') ? `${pattern.slice(0, -3)}/` : undefined;
  return posix.join(to, folder && match.startsWith(folder) ? match.slice(folder.length) : match);
}

async function extract({ root, target, scratch, store }: Run, path: string, to: string): Promise<void> {
  const place = join(target, inside(to));
  const parent = await mkdtemp(join(scratch, 'unpack-'));
  try {
    const unpacked = join(parent, 'tree');
    await store.unpack(join(root, path), unpacked);
    await mkdir(place, { recursive: true });
    await cp(unpacked, place, { recursive: true, force: true });
  } catch (error) {
    throw new CopyFault(`failed to extract tarball '${path}' to '${to}': ${textOf(error)}`, { cause: error });
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

const isArchive = (path: string): boolean => /\.(tar\.gz|tgz)$/i.test(path);

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** A relative path that stays where it is. @throws CopyFault */
function inside(path: string): string {
  const clean = posix.normalize(path === '' ? '.' : path).replace(/\/$/, '');
  if (clean.startsWith('/') || clean === '..' || clean.startsWith('../')) {
    throw new CopyFault(`path '${path}' escapes from parent`);
  }
  return clean;
}
