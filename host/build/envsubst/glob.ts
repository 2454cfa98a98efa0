type Matcher = (character: string) => boolean;

/** One piece of a pattern: any run of characters, or one character that has to match. */
type Piece = 'any' | Matcher;

/**
 * Compiles a shell pattern: `*`, `?`, `[a-z]`, `[^a-z]` and `\c`. Unlike in file names, `*` and `?` match `/` too.
 * @returns undefined when the pattern is malformed
 */
export function compileGlob(pattern: readonly string[]): ((text: readonly string[]) => boolean) | undefined {
  const pieces: Piece[] = [];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] ?? '';
    if (character === '*') {
      pieces.push('any');
    } else if (character === '?') {
      pieces.push(() => true);
    } else if (character === '[') {
      const set = characterSet(pattern, index + 1);
      if (!set) return undefined;
      pieces.push(set.matches);
      index = set.end;
    } else {
      if (character === '\\') index += 1;
      const literal = pattern[index];
      if (literal === undefined) return undefined;
      pieces.push((other) => other === literal);
    }
  }
  return (text) => matches(pieces, text);
}

function characterSet(
  pattern: readonly string[],
  start: number,
): { matches: Matcher; end: number } | undefined {
  const negated = pattern[start] === '^';
  const ranges: [number, number][] = [];
  let index = negated ? start + 1 : start;
  const member = () => {
    let character = pattern[index];
    if (character === undefined || character === '-' || character === ']') return undefined;
    if (character === '\\') {
      index += 1;
      character = pattern[index];
    }
    index += 1;
    return index < pattern.length ? character?.codePointAt(0) : undefined;
  };
  while (pattern[index] !== ']' || ranges.length === 0) {
    const low = member();
    if (low === undefined) return undefined;
    let high: number | undefined = low;
    if (pattern[index] === '-') {
      index += 1;
      high = member();
    }
    if (high === undefined) return undefined;
    ranges.push([low, high]);
  }
  return {
    end: index,
    matches: (character) => {
      const code = character.codePointAt(0) ?? 0;
      return ranges.some(([low, high]) => low <= code && code <= high) !== negated;
    },
  };
}

/** Goes back to the last `*` only: that is enough for shell patterns, and never exponential. */
function matches(pieces: readonly Piece[], text: readonly string[]): boolean {
  let piece = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (index < text.length) {
    const current = pieces[piece];
    if (current === 'any') {
      star = piece;
      resume = index;
      piece += 1;
    } else if (current?.(text[index] ?? '')) {
      piece += 1;
      index += 1;
    } else if (star >= 0) {
      resume += 1;
      index = resume;
      piece = star + 1;
    } else {
      return false;
    }
  }
  while (pieces[piece] === 'any') piece += 1;
  return piece === pieces.length;
}
