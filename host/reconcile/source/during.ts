import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { deleteCondition, setCondition } from '../conditions.ts';
import type { Context } from '../types.ts';
import type { FailCondition, SourceObject } from './types.ts';

/** Runs a part; its failure is written into the condition that Flux keeps for it. */
export async function during<R>(
  { object, signal }: Pick<Context<SourceObject>, 'object' | 'signal'>,
  type: FailCondition,
  work: () => R | Promise<R>,
): Promise<R> {
  try {
    const result = await work();
    deleteCondition(object, type);
    return result;
  } catch (error) {
    if (!signal.aborted) {
      const reason = (error instanceof FluxError && error.reason) || 'Failed';
      setCondition(object, { type, status: 'True', reason, message: errorText(error) });
    }
    throw error;
  }
}
