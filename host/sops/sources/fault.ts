/** A file or folder that a kustomization refers to is not what it should be. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  /** It does not exist, or is no folder: for a resource that is no reason to fail, since it may be a file or an URL. */
  readonly isDeadEnd: boolean;

  constructor(message: string, isDeadEnd = false) {
    super(message);
    this.isDeadEnd = isDeadEnd;
  }
}

export const missing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const texts: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ENAMETOOLONG: 'file name too long',
  EACCES: 'permission denied',
};

/** @param path relative to the root of the source */
export function pathFault(path: string, why: unknown, isDeadEnd = false): SourceFault {
  if (typeof why === 'string') return new SourceFault(`${path}: ${why}`, isDeadEnd);
  const code = why instanceof Error && 'code' in why ? String(why.code) : '';
  return new SourceFault(`lstat ${path}: ${texts[code] ?? (code || 'it cannot be read')}`, isDeadEnd);
}
