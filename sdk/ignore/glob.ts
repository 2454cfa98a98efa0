/**
 * Shell patterns over one path segment with the meaning of Go's `filepath.Match`, which decides in Flux: `*`, `?`,
 * `[a-z]`, `[^a-z]`, `\x`. A malformed pattern matches nothing. Not the `ignore` package: it follows git (`[!a]`, `**`
 * inside a name, no re-inclusion below an ignored folder), and the conformance vectors differ there.
 */
type Token =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'char'; readonly code: number }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [number, number])[];
    };

export type Glob = (text: string) => boolean;

const code = (character: string): number => character.codePointAt(0) ?? 0;

/** Compiles a pattern; the result takes at most length(pattern) × length(text) steps, whoever wrote the pattern. */
export function compileGlob(pattern: string): Glob {
  const tokens = parse([...pattern]);
  if (!tokens) return () => false;
  if (tokens.every((token) => token.kind === 'char')) {
    const literal = tokens.map((token) => String.fromCodePoint(token.code)).join('');
    return (text) => text === literal;
  }
  return (text) => matches(tokens, [...text]);
}

/** Greedy matching that needs to remember only the latest star: an earlier one never has to give back. */
function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const token = tokens[next];
    if (token?.kind === 'star') {
      star = next++;
      starAt = at;
    } else if (token && accepts(token, code(text[at]!))) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[next]?.kind === 'star') next++;
  return next === tokens.length;
}

function accepts(token: Token, character: number): boolean {
  if (token.kind === 'char') return token.code === character;
  if (token.kind !== 'set') return true;
  return token.ranges.some(([from, to]) => from <= character && character <= to) !== token.negated;
}

function parse(pattern: readonly string[]): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at++]!;
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '[') {
      const set = parseSet(pattern, at);
      if (!set) return undefined;
      tokens.push(set.token);
      at = set.end;
    } else if (character === '\\') {
      const escaped = pattern[at++];
      if (escaped === undefined) return undefined;
      tokens.push({ kind: 'char', code: code(escaped) });
    } else tokens.push({ kind: 'char', code: code(character) });
  }
  return tokens;
}

function parseSet(pattern: readonly string[], start: number): { token: Token; end: number } | undefined {
  let at = start;
  const negated = pattern[at] === '^';
  if (negated) at++;
  const ranges: [number, number][] = [];
  const bound = (): number | undefined => {
    let character = pattern[at++];
    if (character === '-' || character === ']') return undefined;
    if (character === '\\') character = pattern[at++];
    // A set that is not closed is malformed, so something has to follow.
    return character === undefined || at >= pattern.length ? undefined : code(character);
  };
  while (pattern[at] !== ']' || ranges.length === 0) {
    const from = bound();
    if (from === undefined) return undefined;
    let to: number | undefined = from;
    if (pattern[at] === '-') {
      at++;
      to = bound();
      if (to === undefined) return undefined;
    }
    ranges.push([from, to]);
  }
  return { token: { kind: 'set', negated, ranges }, end: at + 1 };
}
