import type { CloudTokens } from '../cloud/types.ts';
import { helmGroup } from '../helm/actions/context.ts';
import type { NamespacedName } from '../kube/types.ts';
import { kustomizeGroup } from '../reconcile/kustomization/owner.ts';
import { createRemoteClusters } from '../remote/clusters.ts';
import type { RemoteClusters } from '../remote/types.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import type { HostOptions } from './options.ts';
import type { Platform } from './platform.ts';
import type { Wakeups } from './wakeups.ts';

export interface RemoteParts {
  readonly options: HostOptions;
  readonly platform: Platform;
  readonly wakeups: Wakeups;
  readonly egress: Egress;
  readonly tokens: CloudTokens;
}

/** Other clusters: each kind has connections of its own, since what is remembered of a cluster belongs to owners of one kind. */
export interface Remotes {
  /** Watched for drift. */
  readonly kustomizations: RemoteClusters;
  /** Not watched: a release's drift is looked for at its interval. */
  readonly helmReleases: RemoteClusters;
  close(): Promise<void>;
}

export function createRemotes({ options, platform, wakeups, egress, tokens }: RemoteParts): Remotes {
  const { client, metrics, log, redactor } = platform;
  const common = {
    client,
    egress,
    tokens,
    redactor,
    settings: options.kustomize.remote,
    objectLevel: options.cloud.objectLevel,
    userAgent: 'flux-host',
    onMissed: (count: number) => metrics.missedEvents('drift', count),
    onNotice: (message: string, fields: Record<string, unknown>) => log.info(message, fields),
    onRequest: metrics.apiRequest.bind(metrics),
    onWarning: (text: string) => log.debug('warning of a remote API server', { warning: text }),
  };
  const kustomizations = createRemoteClusters({
    ...common,
    group: kustomizeGroup,
    onLookUp: (owner, outcome) =>
      metrics.tokenCache.requested(
        { kind: 'Kustomization', ...owner, operation: 'fetch_kubeconfig' },
        outcome,
      ),
    onChange: (owner: NamespacedName) => wakeups.kustomizations?.enqueue(owner, { priority: 2 }),
  });
  const helmReleases = createRemoteClusters({
    ...common,
    group: helmGroup,
    onLookUp: (owner, outcome) => metrics.tokenCache.requested({ kind: 'HelmRelease', ...owner }, outcome),
    maxWatched: 0,
    onChange: (owner: NamespacedName) => wakeups.helmReleases?.enqueue(owner, { priority: 2 }),
  });
  return {
    kustomizations,
    helmReleases,
    async close() {
      await Promise.all([kustomizations.close(), helmReleases.close()]);
    },
  };
}
