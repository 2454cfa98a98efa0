import * as assert from 'uvu/assert';
import type { FluxError } from '../../errors/flux-error.ts';
import { rejectionOf } from '../../errors/testing.ts';

/** The FluxError that a promise rejects with; fails when it does not, or with something else. */
export async function rejection(work: Promise<unknown>, code: string): Promise<FluxError> {
  const error = await rejectionOf(work);
  assert.is(error.code, code, error.text);
  return error;
}
