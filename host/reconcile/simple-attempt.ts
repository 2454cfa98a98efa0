import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { deleteCondition, markFailed, setCondition } from './conditions.ts';
import { markProgress } from './summary.ts';
import type { Context, FluxObject, Result } from './types.ts';

/** What a successful attempt has to say. */
export interface Success extends Result {
  /** Message of the condition Ready. */
  readonly message: string;
}

/**
 * One attempt at an object whose only conditions are Ready, Reconciling and Stalled, in the way of Flux's image controllers. Whoever calls tells the user
 * by events.
 */
export async function simpleAttempt(
  { object, signal }: Pick<Context<FluxObject>, 'object' | 'signal'>,
  work: () => Promise<Success>,
): Promise<Success> {
  object.status ??= {};
  const { observedGeneration = -1 } = object.status;
  const { generation = 0 } = object.metadata;
  markProgress(
    object,
    observedGeneration === generation
      ? 'reconciliation in progress'
      : `processing object: new generation ${observedGeneration} -> ${generation}`,
    false,
  );
  try {
    const result = await work();
    deleteCondition(object, 'Reconciling');
    deleteCondition(object, 'Stalled');
    setCondition(object, { type: 'Ready', status: 'True', reason: 'Succeeded', message: result.message });
    object.status = { ...object.status, observedGeneration: generation };
    return result;
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = (error instanceof FluxError && error.reason) || 'Failure';
    const message = errorText(error);
    setCondition(object, { type: 'Ready', status: 'False', reason, message });
    markFailed(object, { reason, message, terminal: error instanceof FluxError && error.terminal });
    throw error;
  }
}
