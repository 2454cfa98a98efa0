/** WASI's numbers, as far as a plugin can meet them. */
const codes: Readonly<Record<number, readonly [code: string, text: string]>> = {
  2: ['EACCES', 'permission denied'],
  8: ['EBADF', 'the file is closed'],
  20: ['EEXIST', 'it exists already'],
  22: ['EFBIG', 'the files below /out are too large altogether'],
  28: ['EINVAL', 'invalid argument'],
  29: ['EIO', 'input/output error'],
  31: ['EISDIR', 'it is a folder'],
  32: ['ELOOP', 'it is a link, and links are not followed'],
  37: ['ENAMETOOLONG', 'the name is too long'],
  44: ['ENOENT', 'there is no such file or folder'],
  51: ['ENOSPC', 'too many files below /out'],
  54: ['ENOTDIR', 'it is not a folder'],
  55: ['ENOTEMPTY', 'the folder is not empty'],
  63: ['EPERM', 'not permitted'],
  69: ['EROFS', 'it is read-only'],
};

/** A file could not be read or written. */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** As in Node, e.g. `ENOENT`. */
  readonly code: string;
  readonly path: string;

  /** @param errno WASI's number */
  constructor(operation: string, path: string, errno: number) {
    const [code, text] = codes[errno] ?? [`E${errno}`, `WASI errno ${errno}`];
    super(`cannot ${operation} ${path}: ${text}`);
    this.code = code;
    this.path = path;
  }
}
