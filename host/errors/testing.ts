import { FluxError } from './flux-error.ts';

/**
 * The FluxError that something throws, for tests.
 * @throws whatever else was thrown, or Error when nothing was
 */
export function thrownBy(work: () => unknown): FluxError {
  try {
    work();
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Like {@link thrownBy} for a promise. */
export async function rejectionOf(work: Promise<unknown>): Promise<FluxError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error('it was not rejected');
}
