import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';

/** The FluxError that a promise rejects with; fails when it does not, or with something else. */
export async function rejection(work: Promise<unknown>, code: string): Promise<FluxError> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    assert.is(error.code, code, error.text);
    return error;
  }
  throw new Error(`${code} was expected, nothing was thrown`);
}
