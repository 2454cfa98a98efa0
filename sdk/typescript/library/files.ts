import { native, wasiFileType } from '../runtime/native.ts';
import { decodeUtf8 } from './encoding.ts';
import { FileError } from './file-error.ts';

/** What is at a path. Links are not followed and not readable. */
export type FileKind = 'file' | 'directory' | 'other';

export interface FileStat {
  readonly kind: FileKind;
  /** Bytes. */
  readonly size: number;
}

export interface DirEntry {
  readonly name: string;
  readonly kind: FileKind;
}

const how = { read: 0, directory: 32 } as const;
const missing = 44;
const notDirectory = 54;
const piece = 1 << 20;

/** WASI's paths are relative to its root, which is the only folder that the host opens for a plugin. */
export function guest(path: string): string {
  return path.replace(/^\/+/, '') || '.';
}

/** @param path parts, joined with one `/` each */
export function joinPath(...path: readonly string[]): string {
  return path
    .filter((part) => part !== '')
    .join('/')
    .replace(/\/{2,}/g, '/');
}

function kindOf(type: number): FileKind {
  if (type === wasiFileType.file) return 'file';
  return type === wasiFileType.directory ? 'directory' : 'other';
}

/** A result of the engine; @throws FileError when it is negative */
export function done(operation: string, path: string, result: number): number {
  if (result < 0) throw new FileError(operation, path, -result);
  return result;
}

/** Opens, uses and closes. */
export function withFile<T>(
  path: string,
  { mode, operation }: { mode: number; operation: string },
  use: (descriptor: number) => T,
): T {
  const descriptor = done(operation, path, native.fileOpen(guest(path), mode));
  try {
    return use(descriptor);
  } finally {
    native.fileClose(descriptor);
  }
}

/**
 * A file's content.
 * @throws FileError
 */
export function readFile(path: string): Uint8Array<ArrayBuffer> {
  const { size } = stat(path);
  return withFile(path, { mode: how.read, operation: 'read' }, (descriptor) => {
    let content = new Uint8Array(size);
    let used = 0;
    for (;;) {
      const part = native.fileRead(descriptor, Math.min(Math.max(size - used, 1), piece));
      if (typeof part === 'number') throw new FileError('read', path, -part);
      if (part.length === 0) break;
      if (used + part.length > content.length) {
        const larger = new Uint8Array((used + part.length) * 2);
        larger.set(content);
        content = larger;
      }
      content.set(part, used);
      used += part.length;
    }
    return used === content.length ? content : content.slice(0, used);
  });
}

/**
 * A file's content as text.
 * @throws FileError, TypeError when it is not UTF-8
 */
export function readTextFile(path: string): string {
  return decodeUtf8(readFile(path), { fatal: true });
}

/**
 * The entries of a folder, in the order of their names.
 * @throws FileError
 */
export function readDir(path: string): DirEntry[] {
  const list = withFile(path, { mode: how.directory, operation: 'list' }, (descriptor) =>
    native.fileList(descriptor),
  );
  if (typeof list === 'number') throw new FileError('list', path, -list);
  const entries: DirEntry[] = [];
  for (let index = 0; index < list.length; index += 2) {
    entries.push({ name: String(list[index]), kind: kindOf(Number(list[index + 1])) });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The files below a folder, at every depth, as full paths in a fixed order.
 * @throws FileError
 */
export function* walk(folder: string): Generator<string, void> {
  for (const { name, kind } of readDir(folder)) {
    const path = joinPath(folder, name);
    if (kind === 'directory') yield* walk(path);
    else if (kind === 'file') yield path;
  }
}

/** @throws FileError */
export function stat(path: string): FileStat {
  const result = native.fileStat(guest(path));
  if (typeof result === 'number') throw new FileError('look at', path, -result);
  const [type, size] = result;
  return { kind: kindOf(type), size };
}

/** @throws FileError for anything but a path that is not there */
export function exists(path: string): boolean {
  const result = native.fileStat(guest(path));
  if (typeof result !== 'number') return true;
  if (result === -missing || result === -notDirectory) return false;
  throw new FileError('look at', path, -result);
}
