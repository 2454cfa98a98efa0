import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { PluginKind } from '../../contract/manifest.ts';
import type { OpenPlugin } from '../types.ts';

const texts = Type.Record(Type.String(), Type.String());

/** What a plugin needs to be tried with the golden examples, and what of them does not fit it. */
export const ConformanceSetup = Type.Object(
  {
    config: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Settings that the plugin accepts, in place of those of the examples',
      }),
    ),
    secret: Type.Optional(texts),
    address: Type.Optional(Type.String({ description: 'Address of the Provider' })),
    files: Type.Optional(texts),
    respond: Type.Optional(
      Type.Array(
        Type.Object(
          {
            url: Type.Optional(Type.String()),
            status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
            headers: Type.Optional(texts),
            body: Type.Optional(Type.Unknown()),
          },
          { additionalProperties: false },
        ),
        { description: 'What servers answer: the first whose `url` is part of the address' },
      ),
    ),
    skip: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1 }), {
        description: 'Name of a check → why it does not apply',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ConformanceSetup = Static<typeof ConformanceSetup>;

/** @throws TypeError that names the first field that is wrong */
export function checkSetup(value: unknown): ConformanceSetup {
  if (Value.Check(ConformanceSetup, value)) return value;
  const problems = Value.Errors(ConformanceSetup, value).filter(({ keyword }) => keyword !== 'boolean');
  const [problem] = problems;
  const field = problem?.instancePath.slice(1).replaceAll('/', '.') || 'the conformance settings';
  throw new TypeError(`${field} ${problem?.message ?? 'have a field that is not known'}`);
}

/** One thing that the host relies on. */
export interface Check {
  /** A sentence about the plugin; with the kind in front it names the check. */
  readonly name: string;
  /** @returns undefined when it holds, else what is wrong */
  run(): Promise<string | undefined>;
}

export interface CheckOutcome {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly detail?: string;
}

/** What the checks of one use of a plugin work with. */
export interface Subject {
  readonly plugin: OpenPlugin;
  readonly kind: PluginKind;
  readonly type: string;
  readonly setup: ConformanceSetup;
}
