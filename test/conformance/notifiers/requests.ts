import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { fail, type Outcome } from '../asset.ts';
import { compare } from '../diff.ts';
import type { Config, Notifiers } from './deliver.ts';
import { inOrder } from './order.ts';
import { recordedAnswers, type VectorRequest, vectorRequest, withLowerCaseHeaders } from './recorded.ts';

export interface RequestsInput {
  readonly provider: string;
  readonly config: Config;
  readonly event: FluxEvent;
}

export interface RequestsExpected {
  readonly requests: readonly VectorRequest[];
  readonly postError?: string;
}

/** Delivers the event of a vector, and compares every request that the plugin makes. */
export async function checkRequests(
  notifiers: Notifiers,
  { provider, config, event }: RequestsInput,
  expected: RequestsExpected,
): Promise<Outcome> {
  const respond = recordedAnswers;
  const { requests, failure } = await notifiers.deliver({ type: provider, config, event, respond });
  const wanted = expected.postError;
  if (wanted === undefined && failure) return fail(`it failed: ${failure.message}`);
  if (wanted !== undefined && !failure?.message.includes(wanted)) {
    return fail(`expected the error "${wanted}", got "${failure?.message ?? 'none'}"`);
  }
  if (failure && !failure.terminal) return fail('another attempt cannot help, and the error does not say so');
  const count = Object.keys(event.metadata ?? {}).length;
  const ordered = (request: VectorRequest) => ({
    ...request,
    body: inOrder(provider, request.body, count),
  });
  return compare(
    expected.requests.map(withLowerCaseHeaders).map(ordered),
    requests.map(vectorRequest).map(ordered),
  );
}
