import { shortFloat } from '../../document/text.ts';
import type { Scalar } from '../../document/tree.ts';
import { resolvePlain } from './resolve.ts';

/** How a text may be written, by the characters in it (libyaml's rules). */
interface Analysis {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

/** A scalar as go-yaml writes it. A literal one goes over several lines. */
export type Written = { readonly text: string } | { readonly literal: string };

export function writeScalar(value: Scalar | null, { asKey = false } = {}): Written {
  if (value === null) return { text: 'null' };
  switch (typeof value) {
    case 'string':
      return writeText(value.toWellFormed(), asKey);
    case 'number':
      return { text: floatText(value) };
    case 'boolean':
    case 'bigint':
      return { text: String(value) };
    default:
      return { text: value.text };
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (Number.isFinite(value)) return shortFloat(value);
  return value > 0 ? '.inf' : '-.inf';
}

function writeText(text: string, asKey: boolean): Written {
  const { plain, single, block } = analyse(text);
  if (text.includes('\n')) return block && !asKey ? { literal: text } : { text: doubleQuoted(text) };
  // As go-yaml has it, although nobody asked for the tag.
  if (text === '<<') return { text: '!!merge <<' };
  // What would be read as something else, now or by YAML 1.1, is quoted.
  if (!staysText(text)) return { text: doubleQuoted(text) };
  if (plain && text !== '') return { text };
  return { text: single ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text) };
}

const oldBooleans = /^(?:[yYnN]|yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function staysText(text: string): boolean {
  return resolvePlain(text) === text && !oldBooleans.test(text) && !base60.test(text);
}

const breaks = '\\n\\r\\u0085\\u2028\\u2029';
const unprintable = /[^\n\t\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const outsideBasicPlane = /[\u{10000}-\u{10ffff}]/u;
const edges = new RegExp(`^[ ${breaks}]|[ ${breaks}]$`);
const indicators =
  /^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[\s\u0085\u2028\u2029]|$)|^(?:---|\.\.\.)|:(?:[\s\u0085\u2028\u2029]|$)|[\s\u0085\u2028\u2029]#/;

function analyse(text: string): Analysis {
  const special = unprintable.test(text) || outsideBasicPlane.test(text);
  const spaceBreak = new RegExp(` [${breaks}]`).test(text);
  const breakSpace = new RegExp(`[${breaks}] `).test(text);
  const hasBreak = new RegExp(`[${breaks}]`).test(text);
  const hard = spaceBreak || special;
  return {
    plain: !(
      edges.test(text) ||
      breakSpace ||
      hard ||
      hasBreak ||
      text.includes('\t') ||
      indicators.test(text)
    ),
    single: !(breakSpace || hard || text.includes('\t')),
    block: !(hard || text.endsWith(' ')),
  };
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
};

function doubleQuoted(text: string): string {
  let result = '';
  for (const character of text) {
    const short = shortEscapes[character];
    if (short !== undefined) result += `\\${short}`;
    else if (unprintable.test(character) || outsideBasicPlane.test(character)) result += hexEscape(character);
    else result += character;
  }
  return `"${result}"`;
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const [letter, width] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(width), '0')}`;
}
