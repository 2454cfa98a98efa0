import { posix } from 'node:path';

/**
 * A path below the root of an artifact, beginning with `./`. It cannot lead out: `..` at its beginning is dropped, as
 * Flux does. Backslashes are separators on Windows.
 */
export function relativePath(given: string, platform: NodeJS.Platform = process.platform): string {
  const path = platform === 'win32' ? given.replaceAll('\\', '/') : given;
  const inside = posix.join('/', path.trim()).replace(/\/+$/, '');
  return `.${inside || '/'}`;
}
