import type { CelValue } from '../types.ts';
import { Uint } from '../values/scalars.ts';
import { SyntaxIssue } from './position.ts';
import type { Token } from './tokens.ts';

const maxInt = 2n ** 63n - 1n;
const maxUint = 2n ** 64n - 1n;

const named: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The value of a literal's token. @throws SyntaxIssue when it does not fit its type */
export function literalOf({ kind, text, at }: Token, negative = false): CelValue {
  const sign = negative ? -1n : 1n;
  switch (kind) {
    case 'int': {
      const value = BigInt(text) * sign;
      if (value > maxInt || value < -maxInt - 1n) throw new SyntaxIssue(at, 'invalid int literal');
      return value;
    }
    case 'uint': {
      const value = BigInt(text.slice(0, -1));
      if (value > maxUint) throw new SyntaxIssue(at, 'invalid uint literal');
      return new Uint(value);
    }
    case 'double': {
      const value = Number(text);
      if (!Number.isFinite(value)) throw new SyntaxIssue(at, 'invalid double literal');
      return negative ? -value : value;
    }
    case 'bytes':
      return bytesOf(text.slice(1), at);
    default:
      return stringOf(text, at);
  }
}

function contentOf(text: string): { raw: boolean; content: string } {
  const raw = /^[rR]/.test(text);
  const body = raw ? text.slice(1) : text;
  const quotes = /^("""|''')/.test(body) ? 3 : 1;
  // A line break is a line feed however the file is stored.
  return { raw, content: body.slice(quotes, -quotes).replaceAll(/\r\n?/g, '\n') };
}

const escapes = /\\(?:([0-3][0-7][0-7])|[xX](.{2})|u(.{4})|U(.{8})|(.))/gs;

function stringOf(text: string, at: number): string {
  const { raw, content } = contentOf(text);
  if (raw) return content;
  return content.replaceAll(escapes, (_, octal, hex, short, long, single) => {
    if (single !== undefined) return named[single] ?? single;
    return character(octal ? Number.parseInt(octal, 8) : Number.parseInt(hex ?? short ?? long, 16), at);
  });
}

function character(code: number, at: number): string {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
    throw new SyntaxIssue(at, 'unable to unescape string');
  return String.fromCodePoint(code);
}

/** In bytes `\xff` and `\377` are one byte each; other text is UTF-8. */
function bytesOf(text: string, at: number): Uint8Array {
  const { raw, content } = contentOf(text);
  if (raw) return new TextEncoder().encode(content);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const match of content.matchAll(escapes)) {
    const [whole, octal, hex, short, long, single] = match;
    if (short ?? long) throw new SyntaxIssue(at, 'unable to unescape string');
    parts.push(new TextEncoder().encode(content.slice(from, match.index)));
    const byte = octal ? Number.parseInt(octal, 8) : Number.parseInt(hex ?? '', 16);
    parts.push(
      single === undefined ? Uint8Array.of(byte) : new TextEncoder().encode(named[single] ?? single),
    );
    from = match.index + whole.length;
  }
  parts.push(new TextEncoder().encode(content.slice(from)));
  return new Uint8Array(Buffer.concat(parts));
}
