import { randomUUID } from 'node:crypto';
import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import { errorText } from '../errors/text.ts';
import { formatKey, keyOf } from '../kube/object.ts';
import type { NamespacedName } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import type { Redactor } from '../observability/redact.ts';
import type { Plugins } from '../plugins/types.ts';
import { alertsFor } from './alerts/filter.ts';
import type { LabelLookup } from './alerts/sources.ts';
import { crossNamespace, noProvider } from './errors.ts';
import { involvedName } from './event/involved.ts';
import { eventKey } from './event/key.ts';
import { cleanMetadata, combineMetadata, withoutToken } from './event/metadata.ts';
import type { RateLimit } from './event/rate-limit.ts';
import type { Groups } from './groups/groups.ts';
import type { Outbox } from './outbox/outbox.ts';
import { type Skip, skipFor, type Traits, traitsOf } from './routing/route.ts';
import type { Report } from './types.ts';

export interface IntakeOptions {
  readonly rateLimit: RateLimit;
  readonly redactor: Redactor;
  readonly log: Logger;
  readonly plugins: Pick<Plugins, 'find'>;
  readonly outbox: Pick<Outbox, 'add'>;
  readonly groups: Pick<Groups, 'add' | 'hint'>;
  readonly labelsOf: LabelLookup;
  readonly report: Report;
  readonly noCrossNamespaceRefs: boolean;
  alerts(): readonly Alert[];
  findProvider(key: NamespacedName): Provider | undefined;
}

/** What became of an event. */
export type Accepted =
  /** The same event came a moment ago; it may come again after this time. */
  | { readonly retryAfterMs: number }
  /** `kept` resolves once its notifications survive the process. */
  | { readonly retryAfterMs?: never; readonly kept: Promise<unknown> };

/** Takes an event in: rate limit, Alerts, routing. It is sent later, from the outbox. */
export type Intake = (event: FluxEvent) => Promise<Accepted>;

export function createIntake(options: IntakeOptions): Intake {
  const { rateLimit, redactor, log, report } = options;
  return async (received) => {
    const cleaned = redacted(cleanMetadata(received), redactor);
    const retryAfterMs = rateLimit.take(eventKey(cleaned));
    const fields = { logger: 'event-server', eventInvolvedObject: cleaned.involvedObject };
    if (retryAfterMs > 0) {
      log.debug('Discarding event, rate limiting duplicate events', fields);
      return { retryAfterMs };
    }
    const event = withoutToken(cleaned);
    options.groups.hint(event);
    const all = options.alerts();
    const alerts = await alertsFor(event, all, options);
    if (alerts.length === 0) {
      // Where there are no Alerts at all, this is no news.
      const level = all.length > 0 ? 'info' : 'debug';
      log[level]('discarding event, no alerts found for the involved object', fields);
      return { kept: Promise.resolve() };
    }
    log.info('dispatching event', { ...fields, message: event.message });
    const kept: Promise<void>[] = [];
    for (const alert of alerts) {
      try {
        const result = await dispatch(event, alert, options);
        if (typeof result === 'object') kept.push(result.kept);
        else if (result) log.info(skipTexts[result], { ...fields, alerts: [formatKey(keyOf(alert))] });
      } catch (error) {
        const { namespace, name } = keyOf(alert);
        log.error(error, 'failed to dispatch notification', { ...fields, alert: { name, namespace } });
        const message = `failed to dispatch notification for ${involvedName(event)}: ${errorText(error)}`;
        report(alert, { type: 'Warning', reason: 'NotificationDispatchFailed', message });
      }
    }
    return { kept: Promise.all(kept) };
  };
}

const skipTexts: Readonly<Record<Skip, string>> = {
  'commit-status-update': 'event dropped for providers that set no commit status',
  'no-commit': 'event dropped for commit status providers due to missing commit metadata key',
  'no-change-request':
    'event dropped for change request providers due to missing change request metadata key',
};

/**
 * Hands an event over to the outbox, or to a group of failures.
 * @returns why it is not sent, if it is not; nothing for a suspended Provider
 * @throws FluxError when the Alert may not have it, or has no Provider
 */
export async function dispatch(
  event: FluxEvent,
  alert: Alert,
  options: Pick<
    IntakeOptions,
    'noCrossNamespaceRefs' | 'findProvider' | 'plugins' | 'report' | 'outbox' | 'groups'
  >,
): Promise<Skip | { readonly kept: Promise<void> } | undefined> {
  const { namespace, name } = keyOf(alert);
  if (options.noCrossNamespaceRefs && event.involvedObject.namespace !== namespace) {
    throw crossNamespace(`${namespace}/${name}`, involvedName(event));
  }
  const { name: providerName } = alert.spec.providerRef;
  const provider = options.findProvider({ namespace, name: providerName });
  if (!provider) throw noProvider(`${namespace}/${providerName}`);
  if (provider.spec.suspend) return undefined;
  const traits = traitsOf(options.plugins.find('notifier', provider.spec.type), provider.spec.type);
  const skip = skipFor(event, traits);
  if (skip) return skip;
  warnOfConflicts(event, alert, options.report);
  const grouped = isGrouped(event, alert, traits) ? await options.groups.add(alert, event) : undefined;
  if (grouped) return grouped;
  const { uid } = alert.metadata;
  const ref = { namespace, name, ...(uid ? { uid } : {}) };
  const notification = {
    id: randomUUID(),
    alert: ref,
    provider: providerName,
    event,
    acceptedAt: Date.now(),
  };
  return { kept: options.outbox.add(notification) };
}

/** A status or comment is about one commit or change request each: there is nothing to put together. */
function isGrouped(event: FluxEvent, alert: Alert, traits: Traits): boolean {
  if (!alert.spec.group || event.severity !== 'error') return false;
  return !traits.has('commit-status') && !traits.has('change-request');
}

export function warnOfConflicts(event: FluxEvent, alert: Alert, report: Report): void {
  const { conflicts } = combineMetadata(event, alert.spec);
  if (Object.keys(conflicts).length === 0) return;
  report(alert, {
    type: 'Warning',
    reason: 'MetadataAppendFailed',
    message:
      'metadata key conflicts detected (please refer to the Alert API docs and Flux RFC 0008 for more information)',
    annotations: conflicts,
  });
}

/** Before anything is kept, logged or sent. */
function redacted(event: FluxEvent, { redact }: Redactor): FluxEvent {
  const metadata = Object.entries(event.metadata ?? {}).map(([key, value]) => [key, redact(value)]);
  return { ...event, message: redact(event.message), metadata: Object.fromEntries(metadata) };
}
