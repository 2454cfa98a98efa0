import type { HelmRelease } from '@flux-host/crds/index.ts';
import { algorithmOf } from '@flux-host/host/helm/digest.ts';
import { formatKey } from '@flux-host/host/kube/object.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import type { Redactor } from '@flux-host/host/observability/redact.ts';
import { latest } from '@flux-host/host/reconcile/helm-release/history.ts';
import type { HelmReleaseOptions } from '@flux-host/host/reconcile/helm-release/options.ts';
import type { Run } from '@flux-host/host/reconcile/helm-release/run.ts';
import { withRun } from '@flux-host/host/reconcile/helm-release/start.ts';
import type { RemoteClusters } from '@flux-host/host/remote/types.ts';
import { attemptAt } from './attempt.ts';
import { otherCluster } from './errors.ts';
import type { ChartSource, SourceResolver } from './sources.ts';
import type { Workshop } from './workshop.ts';

/** What it takes to make of a HelmRelease what the host makes of it. */
export interface ReleaseBench {
  readonly workshop: Workshop;
  readonly resolver: SourceResolver;
  /** Reads objects as they will be. */
  readonly client: KubeClient;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
}

const noRemotes: RemoteClusters = {
  connect: () => Promise.reject(otherCluster()),
  forget() {},
  size: { clusters: 0, watched: 0 },
  async close() {},
};

/**
 * Runs `work` with chart and values of a release, as the host has them at the start of an attempt.
 * @throws FluxError for what is missing
 */
export async function withRelease<R>(
  release: HelmRelease,
  { workshop, resolver, client, redactor, signal }: ReleaseBench,
  work: (run: Run, source: ChartSource) => Promise<R>,
): Promise<R> {
  if (release.spec.kubeConfig) throw otherCluster();
  const source = await resolver.sourceOf(release, signal);
  const { key, object } = source;
  const options: HelmReleaseOptions = {
    client,
    redactor,
    plugins: workshop.plugins,
    store: workshop.store,
    applier: workshop.applier,
    remote: noRemotes,
    sources: {
      find: ({ kind }) => (kind === key.kind ? object : undefined),
      noCrossNamespaceRefs: false,
      allowExternalArtifact: true,
      requeueDependencyMs: 0,
    },
    jitterPercentage: 0,
    additiveReadyExpr: false,
    tracksDigests: tracksDigests(release),
    retriesByDefault: false,
    helm3Defaults: false,
    cancelHealthChecks: true,
    digestAlgorithm: algorithmOf(latest(release)?.configDigest ?? '') ?? 'sha256',
    overrideManagers: [],
    find: () => undefined,
  };
  // Whether something drifted is compared here, and with what it would be.
  const { driftDetection: _drift, chartRef, ...rest } = release.spec;
  const isChart = key.kind === 'HelmChart';
  const spec = { ...rest, ...(chartRef && !isChart ? { chartRef } : {}) };
  const status = { ...release.status, ...(isChart ? { helmChart: formatKey(key) } : {}) };
  return withRun(options, attemptAt({ ...release, spec, status }, signal), (run) => work(run, source));
}

/** Whether the host of the cluster has digests of images in the versions of charts (gate DisableChartDigestTracking). */
function tracksDigests({ status }: HelmRelease): boolean {
  const { lastAttemptedRevision = '', lastAttemptedRevisionDigest } = status ?? {};
  return !lastAttemptedRevisionDigest || lastAttemptedRevision.includes('+');
}
