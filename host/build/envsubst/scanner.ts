/** Which characters may be escaped inside a token: `$` by doubling it, and `/` and `\` by a backslash. */
export type Escapes = 'none' | 'dollar' | 'all';

export interface TokenOptions {
  /** Whether a character (one code point) may stand at an index (from 0) of the token. */
  accept(character: string, index: number): boolean;
  readonly escapes?: Escapes;
  /** The token ends before `${`. */
  readonly stopAtOpening?: boolean;
}

/** A position in a text, moved by what it takes. */
export interface Scanner {
  /** The next character without taking it; empty at the end. */
  peek(): string;
  /** Takes the characters of a token; empty when not even the first one fits. */
  token(options: TokenOptions): string;
  /** Takes an exact text if it is next. */
  take(text: string): boolean;
}

export function scan(text: string): Scanner {
  let position = 0;
  const at = (index: number) => {
    const code = text.codePointAt(index);
    return code === undefined ? '' : String.fromCodePoint(code);
  };
  const take = (expected: string) => {
    if (!text.startsWith(expected, position)) return false;
    position += expected.length;
    return true;
  };
  /** The character that an escape sequence at the position stands for. */
  const escaped = (escapes: Escapes) => {
    if (escapes === 'none') return '';
    const next = text[position + 1] ?? '';
    if (text[position] === '$' && next === '$') return '$';
    return escapes === 'all' && text[position] === '\\' && (next === '/' || next === '\\') ? next : '';
  };
  const token = ({ accept, escapes = 'none', stopAtOpening = false }: TokenOptions) => {
    const parts: string[] = [];
    for (let count = 0; ; count += 1) {
      const character = at(position);
      if (character === '' || (stopAtOpening && text.startsWith(`\${`, position))) break;
      const literal = escaped(escapes);
      if (!literal && !accept(character, count)) break;
      parts.push(literal || character);
      position += literal ? 2 : character.length;
    }
    return parts.join('');
  };
  return { peek: () => at(position), token, take };
}
