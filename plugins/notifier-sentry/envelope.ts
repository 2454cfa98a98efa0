import { encodeUtf8 } from '@flux-host/sdk/typescript';
import type { Item } from './items.ts';

/** An envelope with one item: lines of JSON, as Sentry's protocol has it. */
export function envelope(item: Item, { now, sdk }: { now: Date; sdk: unknown }): string {
  const body = JSON.stringify(item);
  const head = { event_id: item.event_id, sent_at: now.toISOString(), sdk };
  const itemHead = { type: item.type ?? 'event', length: encodeUtf8(body).length };
  return `${JSON.stringify(head)}\n${JSON.stringify(itemHead)}\n${body}\n`;
}
