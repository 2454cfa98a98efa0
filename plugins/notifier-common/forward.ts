import type { Notification } from '@flux-host/sdk/typescript';
import { httpAddress } from './address.ts';
import { eventWith } from './event.ts';
import { eventJson } from './event-json.ts';
import { post } from './http.ts';

/** Posts the event as it is. Headers of the Secret and the signature are added by the host. */
export async function forward({
  event,
  provider,
  message,
}: Pick<Notification<unknown, never>, 'event' | 'provider' | 'message'>): Promise<Record<string, never>> {
  const url = httpAddress(provider.address, 'hook URL');
  const body = eventJson(eventWith(event, message));
  await post(url, {
    headers: { 'Content-Type': 'application/json', 'Gotk-Component': event.reportingController },
    body,
  });
  return {};
}
