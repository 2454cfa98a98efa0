import { native } from '../runtime/native.ts';
import { encodeUtf8 } from './encoding.ts';
import { done, guest, stat, withFile } from './files.ts';

const how = { replace: 1 | 2 | 8, append: 1 | 2 | 16 } as const;

/** What {@link writeFile} does beside writing. */
export interface WriteOptions {
  /** Adds to what is there. */
  readonly append?: boolean;
  /** Marks the file as executable. */
  readonly executable?: boolean;
}

/**
 * Writes a file below `/out`; its folders are made.
 * @throws FileError, also when the files together are more than the call may write
 */
export function writeFile(
  path: string,
  content: string | Uint8Array,
  { append = false, executable }: WriteOptions = {},
): void {
  const folder = path.slice(0, path.lastIndexOf('/'));
  if (folder !== '') makeDir(folder);
  const bytes = typeof content === 'string' ? encodeUtf8(content) : content;
  withFile(path, { mode: append ? how.append : how.replace, operation: 'write' }, (descriptor) => {
    for (let at = 0; at < bytes.length; ) {
      at += done('write', path, native.fileWrite(descriptor, bytes.subarray(at)));
    }
  });
  if (executable !== undefined) done('chmod', path, -native.chmod(path, executable ? 0o755 : 0o644));
}

const existsAlready = -20;

/**
 * Makes a folder below `/out` and those above it; one that is there already is fine.
 * @throws FileError
 */
export function makeDir(path: string): void {
  const parts = path.split('/').filter((part) => part !== '');
  for (let depth = 2; depth <= parts.length; depth += 1) {
    const folder = `/${parts.slice(0, depth).join('/')}`;
    const result = native.makeDirectory(guest(folder));
    if (result === existsAlready && stat(folder).kind === 'directory') continue;
    done('make the folder', folder, result);
  }
}

/**
 * Removes a file, or an empty folder, below `/out`.
 * @throws FileError
 */
export function remove(path: string): void {
  const directory = stat(path).kind === 'directory';
  const result = directory ? native.removeDirectory(guest(path)) : native.removeFile(guest(path));
  done('remove', path, result);
}

/**
 * Renames below `/out`.
 * @throws FileError
 */
export function rename(from: string, to: string): void {
  done('rename', from, native.rename(guest(from), guest(to)));
}
