import { Errno, errno } from './errno.ts';

const longestName = 255;
const longestPath = 4096;

/**
 * Joins a plugin's path to the guest folder that it is relative to. The result is absolute and has no `.` or `..`; there is
 * nothing above the root.
 * @throws Errno EPERM above the root, EINVAL for a NUL, ENAMETOOLONG
 */
export function resolvePath(base: string, path: string): string {
  if (path.length > longestPath) throw new Errno(errno.ENAMETOOLONG);
  if (path.includes('\0')) throw new Errno(errno.EINVAL);
  const names = path.startsWith('/') ? [] : base.split('/').filter(Boolean);
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (names.pop() === undefined) throw new Errno(errno.EPERM);
    } else if (name.length > longestName) {
      throw new Errno(errno.ENAMETOOLONG);
    } else {
      names.push(name);
    }
  }
  return `/${names.join('/')}`;
}

/** Whether a path is a folder or below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/**
 * Refuses names that a plugin has no reason to write and that confuse people and tools which read them later.
 * @throws Errno EINVAL
 */
export function checkNewName(path: string): void {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (name === '' || /[\u0000-\u001f\u007f\\]/.test(name)) throw new Errno(errno.EINVAL);
}
