import type { CelValue } from '../types.ts';

/** `at` is the offset in the source that messages point at: of the operator, the dot or the bracket. */
export type Expression =
  | { readonly kind: 'literal'; readonly at: number; readonly value: CelValue }
  | Identifier
  | Select
  | Call
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Item[] }
  | { readonly kind: 'map'; readonly at: number; readonly entries: readonly Entry[] }
  | Logic
  | Loop
  | Bind;

export interface Identifier {
  readonly kind: 'identifier';
  readonly at: number;
  readonly name: string;
}

/** `operand.field`, `operand.?field`, or `has(operand.field)`. */
export interface Select {
  readonly kind: 'select';
  readonly at: number;
  readonly operand: Expression;
  readonly field: string;
  readonly form: 'plain' | 'optional' | 'test';
}

/** A function, a method (its target is the first argument), or an operator such as `_+_`. */
export interface Call {
  readonly kind: 'call';
  readonly at: number;
  readonly name: string;
  readonly member: boolean;
  readonly args: readonly Expression[];
}

/** `&&` or `||` of two or more operands. */
export interface Logic {
  readonly kind: 'logic';
  readonly at: number;
  readonly operator: '&&' | '||';
  readonly terms: readonly Expression[];
}

export type LoopForm = 'all' | 'exists' | 'exists_one' | 'map' | 'filter';

/** A macro over a list or the keys of a map. */
export interface Loop {
  readonly kind: 'loop';
  readonly at: number;
  readonly form: LoopForm;
  readonly range: Expression;
  readonly variable: string;
  /** The filter of `map` with three arguments. */
  readonly condition?: Expression;
  readonly body: Expression;
}

/** `optMap` and `optFlatMap`. */
export interface Bind {
  readonly kind: 'bind';
  readonly at: number;
  readonly flat: boolean;
  readonly target: Expression;
  readonly variable: string;
  readonly body: Expression;
}

/** An element of a list; an optional one, `?x`, is left out when it is absent. */
export interface Item {
  readonly optional: boolean;
  readonly value: Expression;
}

export interface Entry extends Item {
  readonly key: Expression;
}
