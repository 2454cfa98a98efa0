import type { EventInput } from '@flux-host/host/events/types.ts';
import { eventKey } from '@flux-host/host/notify/event/key.ts';
import { cleanMetadata } from '@flux-host/host/notify/event/metadata.ts';
import { createRateLimit } from '@flux-host/host/notify/event/rate-limit.ts';
import { warnOfConflicts } from '@flux-host/host/notify/intake.ts';
import { finalEvent } from '@flux-host/host/notify/sending/prepare.ts';
import type { Outcome } from '../asset.ts';
import { compare } from '../diff.ts';
import { alertOf, eventOf, type Loose, type LooseEvent } from './objects.ts';

export function checkCleanup(
  { event }: { event: LooseEvent },
  { wantMeta = {} }: { wantMeta?: object },
): Outcome {
  return compare(wantMeta, cleanMetadata(eventOf(event)).metadata);
}

/** The metadata that is sent, and the event that warns of conflicts in the form of client-go's fake recorder. */
export function checkMetadata(
  { event, alert, conflictEvent = '' }: { event: LooseEvent; alert: Loose; conflictEvent?: string },
  { expectedMetadata = {} }: { expectedMetadata?: object },
): Outcome {
  // Upstream's test is about a Kustomization, which the table does not have.
  const involvedObject = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', ...event.involvedObject };
  const full = eventOf({ ...event, involvedObject });
  const warnings: EventInput[] = [];
  warnOfConflicts(full, alertOf(alert), (_, warning) => warnings.push(warning));
  const texts = warnings.map(({ type, reason, message, annotations = {} }) => {
    const keys = Object.keys(annotations).sort();
    return `${type} ${reason} ${message} map[${keys.map((key) => `${key}:${annotations[key]}`).join(' ')}]`;
  });
  const { metadata = {} } = finalEvent({ event: full, alert: alertOf(alert) });
  return compare(
    { metadata: expectedMetadata, conflicts: conflictEvent },
    { metadata, conflicts: texts.join('\n') },
  );
}

/** The events of the table come one after the other. */
export function checkKeys(): (input: LooseEvent, expected: { rateLimit?: boolean }) => Outcome {
  const limit = createRateLimit({ intervalMs: 5 * 60_000 });
  return (event, { rateLimit = false }) => {
    const key = eventKey(cleanMetadata(eventOf(event)));
    return compare(rateLimit, limit.take(key) > 0);
  };
}
