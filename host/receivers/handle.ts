import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { FluxError } from '../errors/flux-error.ts';
import { isTrue } from '../reconcile/conditions.ts';
import { resourceFilters } from './resources/filter.ts';
import { requestReconciliation } from './resources/request.ts';
import type { ReceiverServices, Webhook, WebhookRequest } from './types.ts';
import { validate } from './validate.ts';

/** However slow plugin, issuer and API server are, a request is answered. */
const timeoutMs = 60_000;

/** Why a Receiver takes no requests now; undefined when it does. */
export function closedBecause(receiver: Receiver): string | undefined {
  if (receiver.spec.suspend) return 'receiver is suspended';
  const ready = isTrue(receiver, 'Ready') && !isTrue(receiver, 'Stalled') && !isTrue(receiver, 'Reconciling');
  return ready ? undefined : 'receiver is not ready';
}

/**
 * Handles a request to a Receiver that is open: is it genuine, whom does it concern, and off they go.
 * @returns the status of the answer: 200, 400 for a request that is refused, 500 when something of ours failed
 */
export async function handle(
  services: ReceiverServices,
  receiver: Receiver,
  request: WebhookRequest,
): Promise<200 | 400 | 500> {
  const { name, namespace = '' } = receiver.metadata;
  const log = services.log.child({ 'reconciler kind': 'Receiver', name, namespace });
  const signal = AbortSignal.timeout(timeoutMs);
  let webhook: Webhook;
  try {
    webhook = await validate(services, receiver, { request, signal });
  } catch (error) {
    log.error(error, 'unable to validate payload');
    return isRefusal(error) ? 400 : 500;
  }
  try {
    const filters = resourceFilters(receiver, { request, webhook });
    const failed = await requestReconciliation(services, { receiver, filters, log, signal });
    return failed > 0 ? 500 : 200;
  } catch (error) {
    log.error(error, 'unable to create resource filters');
    return 500;
  }
}

/** What the sender, or the one who wrote the Receiver, has to answer for. */
const refusals = new Set([
  'FLUX_E_PLUGIN_FAILED',
  'FLUX_E_RECEIVER_REQUEST',
  'FLUX_E_RECEIVER_TOKEN',
  'FLUX_E_RECEIVER_CLAIMS',
  'FLUX_E_RECEIVER_ISSUER',
  'FLUX_E_RECEIVER_SECRET',
]);

/** Flux refuses with 400 whatever goes wrong here; a plugin that is missing or broken is not the sender's fault. */
function isRefusal(error: unknown): boolean {
  return error instanceof FluxError && refusals.has(error.code);
}
