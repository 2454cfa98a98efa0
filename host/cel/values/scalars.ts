import type { CelValue } from '../types.ts';

/** CEL `uint`: 0 … 2⁶⁴ − 1. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** CEL `google.protobuf.Duration`, in nanoseconds. */
export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** CEL `google.protobuf.Timestamp`, in nanoseconds since 1970 UTC. */
export class Timestamp {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A type as a value: what `type(x)` gives and `int` alone means. */
export class CelType {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value that may be absent: what `.?field`, `[?key]` and `optional.of` give. */
export class Optional {
  /** Undefined when absent. */
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }

  static readonly none = new Optional(undefined);
}
