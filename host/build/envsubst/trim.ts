import { compileGlob } from './glob.ts';

/** Removes the shortest or longest non-empty start that matches a shell pattern. A malformed pattern removes nothing. */
export function trimStart(text: string, pattern: string, which: 'shortest' | 'longest'): string {
  return trim([...text], [...pattern], which).join('');
}

/** Removes the shortest or longest non-empty end that matches, by matching both backwards as Flux does. */
export function trimEnd(text: string, pattern: string, which: 'shortest' | 'longest'): string {
  return trim([...text].reverse(), [...pattern].reverse(), which)
    .reverse()
    .join('');
}

function trim(text: string[], pattern: string[], which: 'shortest' | 'longest'): string[] {
  const matches = compileGlob(pattern);
  if (!matches) return text;
  const lengths = text.map((_, index) => index + 1);
  if (which === 'longest') lengths.reverse();
  const length = lengths.find((candidate) => matches(text.slice(0, candidate)));
  return length === undefined ? text : text.slice(length);
}
