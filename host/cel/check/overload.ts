import type { Plain, Type } from './types.ts';

export interface Overload {
  /** Called on a target, which is the first of the arguments. */
  readonly member: boolean;
  readonly args: readonly Type[];
  readonly result: Type;
}

const aliases: Readonly<Record<string, Plain>> = {
  dyn: 'dyn',
  bool: 'bool',
  int: 'int',
  uint: 'uint',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
  duration: 'google.protobuf.Duration',
  timestamp: 'google.protobuf.Timestamp',
};

/** Reads `(int, A) A`, or `list(A).(string) bool` for a method; `A` and `B` stand for any type. */
export function parseOverload(text: string): Overload {
  const match = /^(?:(.+)\.)?\((.*)\) (\S.*)$/.exec(text);
  if (!match) throw new Error(`not an overload: ${text}`);
  const [, target, args = '', result = ''] = match;
  const types = splitArguments(args).map(parseType);
  return {
    member: target !== undefined,
    args: target === undefined ? types : [parseType(target), ...types],
    result: parseType(result),
  };
}

function parseType(text: string): Type {
  const match = /^(\w+)\((.*)\)$/.exec(text);
  if (!match) {
    const plain = aliases[text];
    return plain ? { kind: plain } : { kind: 'parameter', name: text };
  }
  const [first, second] = splitArguments(match[2] ?? '').map(parseType);
  const kind = match[1];
  if (kind === 'map' && first && second) return { kind, key: first, of: second };
  if (first && (kind === 'list' || kind === 'optional_type' || kind === 'type')) return { kind, of: first };
  throw new Error(`not a type: ${text}`);
}

/** At commas outside of parentheses. */
function splitArguments(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of text.replaceAll(' ', '')) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  return parts.filter(Boolean);
}
