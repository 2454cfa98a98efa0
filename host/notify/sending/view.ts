import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { GroupView } from '../types.ts';

/** What `spec.template` can name. Addresses are left out: those of webhooks are secrets. */
export function templateView(about: {
  readonly event: FluxEvent;
  readonly alert: Alert;
  readonly provider: Provider;
  readonly group?: GroupView | undefined;
}): Record<string, unknown> {
  const { event, alert, provider, group } = about;
  const { type, channel, username } = provider.spec;
  return {
    event,
    alert: identity(alert),
    provider: { ...identity(provider), type, channel, username },
    ...(group ? { group } : {}),
  };
}

function identity({ metadata: { namespace, name, uid, labels, annotations } }: KubeObject) {
  return { namespace, name, metadata: { namespace, name, uid, labels, annotations } };
}
