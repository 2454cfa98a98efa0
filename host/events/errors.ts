import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

export const eventsAddressInvalid = (address: string): FluxError =>
  new FluxError('FLUX_E_EVENTS_ADDRESS', `invalid events address ${JSON.stringify(address)}`, {
    hint: 'give --events-addr a URL, for example http://notification-controller.flux-system.svc.cluster.local./',
    terminal: true,
  });

export const eventUnreachable = (address: string, cause: unknown): FluxError =>
  new FluxError('FLUX_E_EVENT_POST', `unable to post event to ${address}: ${connectionText(cause)}`, {
    hint: 'check that the receiver of --events-addr runs and that network policies allow to reach it',
    cause,
  });

export const eventRejected = (address: string, status: number): FluxError =>
  new FluxError('FLUX_E_EVENT_POST', `unable to post event to ${address}: status ${status}`, {
    terminal: status < 500 || status === 501,
  });

/** What is behind `fetch failed`. */
function connectionText(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? errorText(error.cause) : errorText(error);
}
