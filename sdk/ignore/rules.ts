import { parsePattern } from './pattern.ts';

/** One line of an ignore file and the folder that it speaks of. Plain data: it crosses into worker threads. */
export interface IgnoreRule {
  readonly pattern: string;
  /** Path segments of the folder that holds the ignore file; empty for the root. */
  readonly domain: readonly string[];
}

/** The rules in the text of an ignore file: comments and blank lines are left out. */
export function readRules(text: string, domain: readonly string[] = []): IgnoreRule[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((pattern) => ({ pattern, domain }));
}

/** Whether a path stays out by rules in rising priority: the last one that says anything about it decides. */
export function matcherOf(rules: readonly IgnoreRule[]): (path: string, isDirectory: boolean) => boolean {
  const patterns = rules.map(parsePattern).reverse();
  return (path, isDirectory) => {
    const segments = path.split('/');
    for (const pattern of patterns) {
      const verdict = pattern.match(segments, isDirectory);
      if (verdict !== 'NoMatch') return verdict === 'Exclude';
    }
    return false;
  };
}
