import type { NotifyRequest } from '@flux-host/sdk/contract/notifier.ts';
import { openPlugin, type RunOptions, type RunResult } from '@flux-host/sdk/testing';
import type { FluxEvent } from '@flux-host/sdk/typescript';

export const commit = '8a8c8d9d1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a';

/** An event of a Kustomization that went well. */
export const anEvent: FluxEvent = {
  involvedObject: {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    namespace: 'apps',
    name: 'web',
    uid: '5d2a8a3f-6d3c-4c53-9c4e-0a5c1a0b2f10',
  },
  severity: 'info',
  timestamp: '2026-03-04T05:06:07Z',
  message: 'Reconciliation finished',
  reason: 'ReconciliationSucceeded',
  metadata: { revision: `main@sha1:${commit}` },
  reportingController: 'kustomize-controller',
};

/** What a notification is about; what is left out is that of an ordinary one. */
export interface Delivery extends Pick<RunOptions, 'secret' | 'respond'> {
  readonly event?: Partial<FluxEvent>;
  readonly provider?: Partial<NotifyRequest['provider']>;
  readonly alert?: NonNullable<NotifyRequest['alert']>;
  readonly message?: string;
  readonly commitStatus?: string;
  readonly hasIdentity?: boolean;
}

/** A notifier in the host's sandbox, with a recorded network. */
export interface OpenNotifier {
  notify(delivery?: Delivery): Promise<RunResult>;
  /** The message of the failure that this ends with. @throws Error when it does not fail */
  failure(delivery?: Delivery): Promise<NonNullable<RunResult['failure']>>;
  close(): Promise<void>;
}

/** @param entry URL of the plugin's `plugin.ts` */
export async function openNotifier(entry: URL): Promise<OpenNotifier> {
  const plugin = await openPlugin(entry);
  const type = plugin.manifest.provides[0]?.type ?? '';
  const notify = ({ event, provider, secret, respond, ...others }: Delivery = {}) =>
    plugin.run({
      request: {
        event: { ...anEvent, ...event },
        provider: { namespace: 'apps', name: 'provider', uid: 'provider-uid', type, ...provider },
        alert: { namespace: 'apps', name: 'alert', uid: 'alert-uid' },
        ...others,
      },
      ...(secret ? { secret } : {}),
      ...(respond ? { respond } : {}),
    });
  return {
    notify,
    async failure(delivery) {
      const { failure } = await notify(delivery);
      if (failure) return failure;
      throw new Error('it did not fail');
    },
    close: plugin.close,
  };
}
