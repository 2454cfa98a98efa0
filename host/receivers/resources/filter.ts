import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { CelProgram } from '../../cel/types.ts';
import { errorText } from '../../errors/text.ts';
import type { PartialObject } from '../../kube/types.ts';
import { filtersTooSlow, requestUnreadable } from '../errors.ts';
import { expressionsOf } from '../expressions.ts';
import type { Webhook, WebhookRequest } from '../types.ts';
import { jsonBody } from './json-body.ts';

/** Decides about an object; absent where every object is accepted. */
export type ResourceFilter = ((object: PartialObject) => boolean) | undefined;

/** Expressions run on the main thread: those of one request get no more of it, however large its body and many the objects. */
const mostMs = 2_000;

/**
 * The filters of a Receiver's resources, by their index: `resourceFilter` and the `filter` of the resource both have to be true.
 * @throws FluxError FLUX_E_RECEIVER_BODY when filters are to look at a body that is not JSON
 */
export function resourceFilters(
  receiver: Receiver,
  { request, webhook }: { request: WebhookRequest; webhook: Webhook },
): ResourceFilter[] {
  const { filter, filters } = expressionsOf(receiver);
  const stacks = filters.map((own) => [filter, own].filter((program) => program !== undefined));
  if (stacks.every((stack) => stack.length === 0)) return stacks.map(() => undefined);
  const variables = {
    req: webhook.payload === undefined ? bodyOf(request) : webhook.payload,
    ...(webhook.claims ? { claims: webhook.claims } : {}),
  };
  let spentMs = 0;
  const timed = (work: () => boolean): boolean => {
    if (spentMs > mostMs) throw filtersTooSlow(mostMs);
    const began = performance.now();
    try {
      return work();
    } finally {
      spentMs += performance.now() - began;
    }
  };
  return stacks.map((stack) =>
    stack.length === 0
      ? undefined
      : (object) => timed(() => stack.every((program) => accepts(program, object, variables))),
  );
}

function accepts(
  program: CelProgram<'bool'>,
  object: PartialObject,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const { apiVersion, kind, metadata } = object;
  const res = { apiVersion, kind, metadata };
  return program.evaluate({ ...variables, res }, { doubles: ['res', 'req', 'claims'] });
}

function bodyOf(request: WebhookRequest): unknown {
  try {
    return jsonBody(request);
  } catch (error) {
    throw requestUnreadable(errorText(error), error);
  }
}
