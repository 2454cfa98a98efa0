import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import { deleteCondition, getCondition, markFailed, setCondition } from './conditions.ts';
import { markProgress } from './summary.ts';
import type { Context, FluxObject, Result } from './types.ts';

/** What a successful attempt has to say. */
export interface Success extends Result {
  /** Message of the condition Ready. */
  readonly message: string;
}

/**
 * One attempt at an object whose only conditions are Ready, Reconciling and Stalled, in the way of Flux's image controllers. What changed about Ready is told as
 * an event.
 */
export async function simpleAttempt(
  context: Context<FluxObject>,
  work: () => Promise<Success>,
): Promise<Result> {
  const { object, signal, event, log } = context;
  const before = getCondition(object, 'Ready');
  begin(object);
  try {
    const { message, ...result } = await work();
    deleteCondition(object, 'Reconciling');
    deleteCondition(object, 'Stalled');
    setCondition(object, { type: 'Ready', status: 'True', reason: 'Succeeded', message });
    object.status = { ...object.status, observedGeneration: object.metadata.generation ?? 0 };
    if (before?.status !== 'True' || before.message !== message) {
      await context.patch();
      event({ type: 'Normal', reason: 'Succeeded', message });
      log.info(message);
    }
    return result;
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = (error instanceof FluxError && error.reason) || 'Failure';
    const message = errorText(error);
    setCondition(object, { type: 'Ready', status: 'False', reason, message });
    markFailed(object, { reason, message, terminal: error instanceof FluxError && error.terminal });
    event({ type: 'Warning', reason, message });
    throw error;
  }
}

function begin(object: FluxObject): void {
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
}
