import { numberAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import { eventTime } from '../events/row.ts';
import type { Explanation } from './explanation.ts';
import type { Finding, Link } from './types.ts';

/** The page as data, for `-o json`. */
export function pageData(page: Explanation): object {
  const { subject, isReady, chain, cause, advice, notes, conditions, events } = page;
  return {
    ...findingData(subject),
    ready: isReady,
    cause: cause ? findingData(cause) : null,
    hint: advice.hint ?? null,
    docs: advice.docs ?? null,
    next: advice.next,
    notes,
    chain: chain.map(linkData),
    conditions,
    events: events.map(eventData),
  };
}

function linkData({ finding, relation }: Link): object {
  return { relation: relation ?? 'self', ...findingData(finding) };
}

function findingData({ ref, state, isSuspended, reason, message, hint, container }: Finding): object {
  return {
    object: refData(ref),
    state,
    suspended: isSuspended,
    reason,
    message,
    ...(hint && { hint }),
    ...(container && { container }),
  };
}

function refData({ apiVersion, kind, namespace, name }: ObjectRef): object {
  return { apiVersion, kind, ...(namespace && { namespace }), name };
}

function eventData(event: KubeObject): object {
  const [type, reason, message] = ['type', 'reason', 'message'].map((field) => stringAt(event, field) ?? '');
  const [apiVersion = '', kind = '', namespace = '', name = ''] = [
    'apiVersion',
    'kind',
    'namespace',
    'name',
  ].map((field) => stringAt(event, 'involvedObject', field));
  const time = eventTime(event);
  return {
    object: refData({ apiVersion, kind, namespace, name }),
    type,
    reason,
    message,
    count: numberAt(event, 'count') ?? 1,
    lastSeen: time ? new Date(time).toISOString() : null,
  };
}
