/** Text that stays as it is. */
export interface Text {
  readonly type: 'text';
  readonly value: string;
}

/** `${param<name>args}`, e.g. param `a`, name `:-`, one argument. */
export interface Expansion {
  readonly type: 'expansion';
  readonly param: string;
  /** The operator; empty for `${param}`. */
  readonly name: string;
  readonly args: readonly Template[];
}

/** A sequence of two: a node and all that follows it. */
export interface Sequence {
  readonly type: 'sequence';
  readonly nodes: readonly [Template, Template];
}

export type Template = Text | Expansion | Sequence;

/** Whether a character may stand at an index of a token. */
export type TokenAccept = (character: string, index: number) => boolean;

/** A text whose `${…}` cannot be understood or evaluated. The message is Flux's. */
export class SubstitutionError extends Error {
  override readonly name = 'SubstitutionError';
}

export const syntaxError = {
  badSubstitution: () => new SubstitutionError('bad substitution'),
  missingBrace: () => new SubstitutionError('missing closing brace'),
  variableName: () => new SubstitutionError('unable to parse variable name'),
  withinFunction: () => new SubstitutionError('unable to parse substitution within function'),
} as const;
