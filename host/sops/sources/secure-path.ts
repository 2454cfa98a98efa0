import { lstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { SourceFault } from './fault.ts';

const mostLinks = 255;

/**
 * Where a path leads when `root` is the root of the file system: links are followed inside of it, and nothing leads out. What does not exist
 * stays as it is written.
 * @param path relative to the root, or absolute below it
 * @returns relative to the root, `.` for the root itself
 * @throws SourceFault for links that lead to each other
 */
export function securePath(root: string, path: string): string {
  const rest = withoutRoot(root, path).split('/').filter(Boolean);
  let at = '/';
  let links = 0;
  while (rest.length > 0) {
    const name = rest.shift() ?? '';
    if (name === '.') continue;
    const next = posix.join(at, name);
    const target = name === '..' ? undefined : linkAt(posix.join(root, next));
    if (target === undefined) {
      at = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) throw new SourceFault(`${path}: too many levels of symbolic links`);
    if (posix.isAbsolute(target)) at = '/';
    rest.unshift(...withoutRoot(root, target).split('/').filter(Boolean));
  }
  return at === '/' ? '.' : at.slice(1);
}

/** An absolute path below the root is meant relative to it. */
function withoutRoot(root: string, path: string): string {
  if (!posix.isAbsolute(path)) return path;
  const clean = posix.normalize(path);
  const base = posix.normalize(root).replace(/\/+$/, '');
  return clean === base || clean.startsWith(`${base}/`) ? clean.slice(base.length) : clean;
}

function linkAt(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
