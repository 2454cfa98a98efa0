import { fail, type Outcome, pass } from '../../asset.ts';

/**
 * Whether we fail as upstream does. Our sentences are shorter than kustomize's chain of wrappers, so what has to be the same
 * is the cause, the last clause of upstream's message word by word, and the file or folder that it is about.
 */
export function sameFailure(expected: string, actual: string): Outcome {
  const upstream = expected.replaceAll("'<ROOT>'", '').replaceAll('<ROOT>/', '');
  if (actual.includes(upstream)) return pass;
  const cause = upstream.split(': ').at(-1) ?? '';
  const subject = /<ROOT>\/([^\s'":]+)/.exec(expected)?.[1] ?? '';
  const missing = [...words(cause), ...words(subject)].filter((word) => !actual.includes(word));
  if (missing.length === 0) return pass;
  return fail(`expected a failure like\n  ${expected}\ngot\n  ${actual}\nwhich lacks ${missing.join(', ')}`);
}

function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_.-]{2,}/gu) ?? [];
}

/** What a promise rejects with, as text; undefined when it does not. */
export async function failureOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Passes when the work fails like upstream. */
export async function failsLike(expected: string, work: Promise<unknown>): Promise<Outcome> {
  const failure = await failureOf(work);
  return failure === undefined
    ? fail(`expected the failure "${expected}", but it succeeded`)
    : sameFailure(expected, failure);
}
