/**
 * What SOPS makes of a file of any format: ordered, with comments as items of their own, since both its encryption and its MAC go
 * through the values in order.
 */
export interface Branch {
  readonly kind: 'branch';
  readonly items: readonly Item[];
}

export interface Item {
  /** A comment stands in the place of a key, and its value is null. */
  readonly key: string | Comment;
  readonly value: Value;
}

export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  /** At the end of a line of something else. */
  readonly inline: boolean;
}

/** A point in time, as Go's `MarshalText` writes it. */
export interface Timestamp {
  readonly kind: 'time';
  readonly text: string;
}

/** Whole numbers are bigints, so that 64 bits survive; numbers are what Go has as float64. */
export type Scalar = string | bigint | number | boolean | Timestamp;
export type Value = null | Scalar | Comment | Branch | readonly Value[];

export const isComment = (value: string | Value): value is Comment =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'comment';

export const isBranch = (value: Value): value is Branch =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'branch';

export const isTimestamp = (value: Value): value is Timestamp =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'time';

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const branchOf = (items: readonly Item[]): Branch => ({ kind: 'branch', items });
export const commentOf = (text: string, inline = false): Comment => ({ kind: 'comment', text, inline });

/** The last value of a key; undefined when there is none. */
export function itemAt({ items }: Branch, key: string): Value | undefined {
  return items.findLast((item) => item.key === key)?.value;
}
