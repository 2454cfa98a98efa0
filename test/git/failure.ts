import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import * as assert from 'uvu/assert';

/** Waits for a call to fail and checks its reason and what message and hint, taken together, say. */
export async function fails(
  call: Promise<unknown>,
  reason: string | undefined,
  ...parts: readonly string[]
): Promise<FluxError> {
  const error = await call.then(
    () => assert.unreachable('the call succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FluxError)) throw error;
  const text = `${error.message} | ${error.hint ?? ''}`;
  for (const part of parts) assert.ok(text.includes(part), `"${text}" does not say "${part}"`);
  assert.is(error.reason, reason, text);
  return error;
}
