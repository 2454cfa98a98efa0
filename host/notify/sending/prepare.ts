import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { NotifyRequest } from '@flux-host/sdk/contract/notifier.ts';
import { combineMetadata } from '../event/metadata.ts';
import type { Access } from '../providers/access.ts';
import { type CompileStatus, commitStatusName } from '../routing/commit-status.ts';
import type { Traits } from '../routing/route.ts';
import { renderTemplate } from '../template/render.ts';
import type { GroupView, Report } from '../types.ts';
import { templateView } from './view.ts';

export interface Subject {
  /** Of the notification. */
  readonly id?: string;
  /** With the metadata as it came. */
  readonly event: FluxEvent;
  readonly alert: Alert;
  readonly provider: Provider;
  readonly traits: Traits;
  readonly group?: GroupView | undefined;
}

/** The event as the plugin gets it: metadata put together, without prefixes. Without any it is left as it is, as in Flux. */
export function finalEvent({ event, alert }: Pick<Subject, 'event' | 'alert'>): FluxEvent {
  const { metadata } = combineMetadata(event, alert.spec);
  return Object.keys(metadata).length > 0 ? { ...event, metadata: { ...metadata } } : event;
}

/**
 * The request to the plugin, without Secrets.
 * @throws FluxError FLUX_E_NOTIFY_COMMIT_STATUS
 */
export function notifyRequest(
  subject: Subject,
  access: Access,
  { compileStatus, report }: { compileStatus: CompileStatus; report: Report },
): NotifyRequest {
  const { alert, provider, traits } = subject;
  const { metadata, spec } = provider;
  const event = finalEvent(subject);
  const commitStatus = traits.has('commit-status')
    ? commitStatusName({ event, alert, provider }, compileStatus)
    : undefined;
  const message = messageOf({ ...subject, event }, report);
  return {
    ...(subject.id ? { id: subject.id } : {}),
    event,
    provider: {
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      type: spec.type,
      ...(metadata.uid ? { uid: metadata.uid } : {}),
      ...(access.address ? { address: access.address } : {}),
      ...(spec.channel ? { channel: spec.channel } : {}),
      ...(access.username ? { username: access.username } : {}),
      ...(spec.serviceAccountName ? { serviceAccountName: spec.serviceAccountName } : {}),
      ...(spec.config ? { config: { ...spec.config } } : {}),
    },
    alert: {
      namespace: alert.metadata.namespace ?? '',
      name: alert.metadata.name,
      ...(alert.metadata.uid ? { uid: alert.metadata.uid } : {}),
    },
    ...(commitStatus ? { commitStatus } : {}),
    ...(message ? { message } : {}),
  };
}

/** A template that cannot be used must not swallow the message: the plugin's own text is sent then. */
function messageOf(subject: Subject, report: Report): string | undefined {
  const { template } = subject.alert.spec;
  if (!template) return undefined;
  try {
    return renderTemplate(template, templateView(subject));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    report(subject.alert, { type: 'Warning', reason: 'InvalidConfig', message });
    return undefined;
  }
}
