import { SyntaxIssue } from './position.ts';

export type TokenKind = 'identifier' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  readonly at: number;
}

const escaped = String.raw`\\(?:[abfnrtv"'\\?\x60]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const quoted = [
  '[rR]"""[^]*?"""',
  `[rR]'''[^]*?'''`,
  String.raw`"""(?:${escaped}|[^\\])*?"""`,
  String.raw`'''(?:${escaped}|[^\\])*?'''`,
  String.raw`[rR]"[^"\r\n]*"`,
  String.raw`[rR]'[^'\r\n]*'`,
  String.raw`"(?:${escaped}|[^\\"\r\n])*"`,
  String.raw`'(?:${escaped}|[^\\'\r\n])*'`,
].join('|');

const rules: readonly (readonly [kind: TokenKind | 'skip', pattern: RegExp])[] = [
  ['skip', /(?:[\t\n\f\r ]|\/\/[^\n]*)+/y],
  ['bytes', new RegExp(`[bB](?:${quoted})`, 'y')],
  ['string', new RegExp(quoted, 'y')],
  ['double', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ['uint', /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ['int', /0x[0-9a-fA-F]+|\d+/y],
  ['identifier', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['symbol', /==|!=|<=|>=|&&|\|\||[<>[\](){}.,\-!?:+*/%]/y],
];

/** Splits an expression into tokens, the last of which is the `end`. @throws SyntaxIssue */
export function tokenise(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const token = tokenAt(source, at);
    if (token.kind !== 'skip') tokens.push({ kind: token.kind, text: token.text, at });
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at });
  return tokens;
}

function tokenAt(source: string, at: number): { kind: TokenKind | 'skip'; text: string } {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) return { kind, text };
  }
  // An unclosed quote is easier to find when the whole rest is shown.
  const first = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const text = /["']/.test(first) ? source.slice(at, at + 40) : first;
  throw new SyntaxIssue(at, `Syntax error: token recognition error at: '${text}'`);
}
