import { SopsFault } from '../document/fault.ts';
import { type Branch, branchOf, type Item, type Value } from '../document/tree.ts';

/** Reads JSON in order, with equal keys, and with whole numbers of 64 bits. What follows the object is not looked at, as in SOPS. */
export function loadJson(text: string): Branch {
  const reader = new Reader(text);
  reader.space();
  if (reader.peek() !== '{') {
    throw new SopsFault(
      'format',
      'SOPS only supports JSON files with a top-level object (starting with "{")',
    );
  }
  return reader.object(0);
}

const deepest = 500;
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const plainText = /[\u0020\u0021\u0023-\u005b\u005d-\uffff]*/y;
const spaces = /[ \t\r\n]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const words: readonly (readonly [string, Value])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): string {
    return this.#text[this.#at] ?? '';
  }

  space(): void {
    this.#match(spaces);
  }

  object(depth: number): Branch {
    const items: Item[] = [];
    this.#list('{', '}', depth, () => {
      const key = this.#string();
      this.space();
      this.#take(':');
      items.push({ key, value: this.#value(depth + 1) });
    });
    return branchOf(items);
  }

  #array(depth: number): Value[] {
    const values: Value[] = [];
    this.#list('[', ']', depth, () => values.push(this.#value(depth + 1)));
    return values;
  }

  #list(open: string, close: string, depth: number, item: () => void): void {
    if (depth > deepest) throw this.#fault('it is nested too deeply');
    this.#take(open);
    this.space();
    if (this.peek() === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.space();
      item();
      this.space();
      if (this.peek() === close) break;
      this.#take(',');
    }
    this.#at += 1;
  }

  #value(depth: number): Value {
    this.space();
    const next = this.peek();
    if (next === '{') return this.object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#string();
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#number();
  }

  #number(): Value {
    const match = this.#match(number);
    if (!match?.[0]) throw this.#fault('there is no value');
    const [literal, fraction, exponent] = match;
    if (!fraction && !exponent) {
      const whole = BigInt(literal);
      if (BigInt.asIntN(64, whole) === whole) return whole;
    }
    const value = Number(literal);
    if (!Number.isFinite(value)) throw this.#fault('a number is too large');
    return value;
  }

  #string(): string {
    this.#take('"');
    let result = '';
    for (;;) {
      result += this.#match(plainText)?.[0] ?? '';
      const next = this.peek();
      this.#at += 1;
      if (next === '"') return result.toWellFormed();
      if (next !== '\\') throw this.#fault('a text does not end');
      result += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.peek();
    this.#at += 1;
    if (letter === 'u') {
      const hex = this.#text.slice(this.#at, this.#at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.#fault('an escape is not valid');
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const plain = escapes[letter];
    if (plain === undefined) throw this.#fault('an escape is not valid');
    return plain;
  }

  #take(character: string): void {
    if (this.peek() !== character) throw this.#fault(`"${character}" is missing`);
    this.#at += 1;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match;
  }

  /** Says where and quotes nothing: what stands there may be in plain. */
  #fault(why: string): SopsFault {
    const before = this.#text.slice(0, this.#at).split('\n');
    return new SopsFault('format', `it is no JSON: line ${before.length}: ${why}`);
  }
}
