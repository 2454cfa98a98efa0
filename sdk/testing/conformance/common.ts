import { isDeepStrictEqual } from 'node:util';
import Value from 'typebox/value';
import type { Example } from '../../contract/examples/example.ts';
import { type Operation, operations } from '../../contract/operations.ts';
import type { RunResult } from '../types.ts';
import { examplesOf, optionsFor } from './requests.ts';
import type { Check, Subject } from './types.ts';

/** What every kind has to do: answer its examples as the contract says, whatever else a request holds, and the same each time. */
export function commonChecks(subject: Subject): Check[] {
  return [
    ...examplesOf(subject).map((example) => ({
      name: `${example.operation}: ${example.shows}`,
      run: async () => {
        const result = await subject.plugin.run(optionsFor(subject, example));
        return example.failure ? faultOfFailure(result) : faultOfAnswer(subject, example, result);
      },
    })),
    ...good(subject).map((example) => ({
      name: `${example.operation}: fields that later versions of the contract may add are ignored`,
      run: async () => {
        const options = optionsFor(subject, example);
        const request = { ...options.request, addedLater: { by: 'a later version' } };
        return faultOfAnswer(subject, example, await subject.plugin.run({ ...options, request }));
      },
    })),
    ...good(subject).map((example) => ({
      name: `${example.operation}: the same call gives the same answer again`,
      run: async () => {
        const first = await subject.plugin.run(optionsFor(subject, example));
        const second = await subject.plugin.run(optionsFor(subject, example));
        if (isDeepStrictEqual(first.output, second.output)) return undefined;
        return `first ${shown(first.output)}, then ${shown(second.output)}: what a call leaves behind must not matter`;
      },
    })),
  ];
}

/** The first example of each operation that has an answer. */
export function good(subject: Subject): Example[] {
  const answered = examplesOf(subject).filter(({ failure }) => !failure);
  return answered.filter(
    ({ operation }, index) => answered.findIndex((each) => each.operation === operation) === index,
  );
}

/** What keeps a result from being an answer of the contract. */
export function faultOfAnswer(
  { kind }: Subject,
  { operation }: Example,
  { output, failure }: RunResult,
): string | undefined {
  if (failure) return `it failed: ${failure.message}${failure.hint ? ` (hint: ${failure.hint})` : ''}`;
  const contract: Readonly<Record<string, Operation>> = operations[kind];
  const schema = contract[operation]?.response;
  const [problem] = schema ? Value.Errors(schema, output ?? null) : [];
  if (!problem) return undefined;
  const field = problem.instancePath.slice(1).replaceAll('/', '.');
  return `its answer ${shown(output)} is none of the contract: ${field || 'it'} ${problem.message}`;
}

/** A failure has to be one that the plugin tells, not a crash. */
export function faultOfFailure({ output, failure }: RunResult): string | undefined {
  if (!failure) return `it answered ${shown(output)}, and should have failed`;
  if (failure.code === 'FLUX_E_PLUGIN_FAILED') return undefined;
  return `it should have said what is wrong, and did this: ${failure.message}`;
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
