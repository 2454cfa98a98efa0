import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compileGlob } from '@flux-host/sdk/ignore/glob.ts';
import { RE2JS } from 're2js';
import { CopyFault } from '../errors.ts';

const magic = /[*?[\]]/;

export const isGlob = (path: string): boolean => magic.test(path);

/**
 * Paths below a folder that match a pattern of Go's `io/fs.Glob`: no star goes past a slash, `**` is as good as `*`.
 * @returns relative paths in the order of their names
 */
export async function glob(root: string, pattern: string): Promise<string[]> {
  let found = [''];
  for (const segment of pattern.split('/')) {
    const next: string[] = [];
    for (const folder of found) next.push(...(await matchesIn(root, folder, segment)));
    found = next;
  }
  return found;
}

async function matchesIn(root: string, folder: string, segment: string): Promise<string[]> {
  const at = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  if (!isGlob(segment)) {
    const exists = await stat(join(root, at(segment))).catch(() => undefined);
    return exists && segment !== '..' ? [at(segment)] : [];
  }
  const matches = compileGlob(segment);
  const names = await readdir(join(root, folder)).catch(() => []);
  return names.filter(matches).sort().map(at);
}

/** Paths of all files below a folder that match a pattern with `**`, for archives at any depth. */
export async function deepGlob(root: string, pattern: string): Promise<string[]> {
  const matches = doubleStar(pattern);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter(matches)
    .sort();
}

/** The literal folders in front of the first pattern of a path; `.` for none. */
export function literalRoot(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex(isGlob);
  return parts.slice(0, first).join('/') || '.';
}

/**
 * Tells whether a path is left out: by a pattern for the whole path below `base`, or, for one without a slash, by one for its name.
 * @throws CopyFault for a pattern that is none
 */
export function excluder(patterns: readonly string[], base: string): (path: string) => boolean {
  const compiled = patterns.map((pattern) => ({
    matches: doubleStar(pattern),
    isName: !pattern.includes('/'),
  }));
  const prefix = base === '.' ? '' : `${base}/`;
  return (path) => {
    if (!path.startsWith(prefix)) return false;
    const relative = path.slice(prefix.length);
    return compiled.some(({ matches, isName }) => matches(relative) || (isName && matches(basename(path))));
  };
}

/** Patterns with `**`, `{a,b}` and classes, in linear time. @throws CopyFault */
function doubleStar(pattern: string): (path: string) => boolean {
  try {
    const program = RE2JS.compile(`^(?:${translated(pattern)})$`, RE2JS.DOTALL);
    return (path) => program.matches(path);
  } catch {
    throw new CopyFault(`invalid exclude pattern '${pattern}'`);
  }
}

function translated(pattern: string): string {
  let out = '';
  let depth = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at] ?? '';
    if (pattern.startsWith('/**', at) && at + 3 === pattern.length) {
      return `${out}(?:/.*)?${')'.repeat(depth)}`;
    }
    if (pattern.startsWith('**/', at) && (at === 0 || pattern[at - 1] === '/')) {
      out += '(?:.*/)?';
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      out += '.*';
      at += 1;
    } else if (sign === '*') out += '[^/]*';
    else if (sign === '?') out += '[^/]';
    else if (sign === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) throw new RangeError('a class has no end');
      const body = pattern.slice(at + 1, end);
      const negated = /^[!^]/.test(body);
      out += `[${negated ? '^/' : ''}${(negated ? body.slice(1) : body).replaceAll('[', '\\[')}]`;
      at = end;
    } else if (sign === '{') {
      out += '(?:';
      depth += 1;
    } else if (sign === '}' && depth > 0) {
      out += ')';
      depth -= 1;
    } else if (sign === ',' && depth > 0) out += '|';
    else if (sign === '\\') {
      at += 1;
      if (at === pattern.length) throw new RangeError('nothing follows the backslash');
      out += RE2JS.quote(pattern[at] ?? '');
    } else out += RE2JS.quote(sign);
  }
  if (depth > 0) throw new RangeError('a brace has no end');
  return out;
}
