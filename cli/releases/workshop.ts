import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HelmChart, HelmRepository, OCIRepository } from '@flux-host/crds/index.ts';
import { type Applier, createApplier } from '@flux-host/host/apply/create-applier.ts';
import { createArtifactStore } from '@flux-host/host/artifacts/store.ts';
import type { ArtifactStore } from '@flux-host/host/artifacts/types.ts';
import { createCharts } from '@flux-host/host/charts/charts.ts';
import { createAwsIdentities } from '@flux-host/host/cloud/aws/identities.ts';
import { createRegistryLogins } from '@flux-host/host/cloud/registry/logins.ts';
import { createCloudTokens } from '@flux-host/host/cloud/tokens.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import type { Redactor } from '@flux-host/host/observability/redact.ts';
import { createRegistryMemory } from '@flux-host/host/oci/memory.ts';
import type { Plugins } from '@flux-host/host/plugins/types.ts';
import { createHelmChartReconciler } from '@flux-host/host/reconcile/helm-chart/reconciler.ts';
import type { HelmChartOptions } from '@flux-host/host/reconcile/helm-chart/types.ts';
import { createHelmRepositoryReconciler } from '@flux-host/host/reconcile/helm-repository/reconciler.ts';
import { createOCIRepositoryReconciler } from '@flux-host/host/reconcile/oci-repository/reconciler.ts';
import type { Engine } from '../build/engine.ts';
import type { Cluster } from '../cluster/connect.ts';
import type { Io } from '../io.ts';
import { artifactFetch } from './artifact-fetch.ts';
import { attemptAt } from './attempt.ts';
import { folderOf } from './local-artifact.ts';

/** Where a chart of a folder or a repository is looked for. */
export type ChartSources = Pick<HelmChartOptions, 'find' | 'findRepository' | 'repositories'>;

/** The host's own reconcilers of sources, with a store of their own: artifacts that they make are gone with it. */
export interface Workshop {
  readonly store: ArtifactStore;
  readonly plugins: Pick<Plugins, 'call'>;
  readonly applier: Applier;
  /** Each gives the object back with its artifact in the status. @throws FluxError */
  helmRepository(object: HelmRepository, signal: AbortSignal): Promise<HelmRepository>;
  ociRepository(object: OCIRepository, signal: AbortSignal): Promise<OCIRepository>;
  helmChart(object: HelmChart, sources: ChartSources, signal: AbortSignal): Promise<HelmChart>;
  close(): Promise<void>;
}

export interface WorkshopOptions {
  readonly engine: Engine;
  readonly cluster: Pick<Cluster, 'text'>;
  /** Reads objects as they will be. */
  readonly client: KubeClient;
  readonly redactor: Redactor;
  readonly env: Io['env'];
}

/** The host's own limits. */
const chartSettings = {
  limits: { indexBytes: 50 * 2 ** 20, chartBytes: 10 * 2 ** 20, fileBytes: 5 * 2 ** 20 },
  cache: { most: 16, ttlMs: 15 * 60_000, sweepMs: 60_000 },
};

/** Starts what fetches and packages charts. */
export async function startWorkshop(options: WorkshopOptions): Promise<Workshop> {
  const { engine, client, redactor, env } = options;
  const root = await mkdtemp(join(tmpdir(), 'flux-charts-'));
  const { egress, plugins } = engine;
  const own = await createArtifactStore({
    root,
    advertisedAddress: 'localhost',
    download: { retries: 1 },
    fetch: artifactFetch(options.cluster),
  });
  const store: ArtifactStore = {
    ...own,
    async tree(artifact, signal) {
      const dir = folderOf(artifact);
      return dir === undefined ? own.tree(artifact, signal) : { dir, digest: artifact.digest, release() {} };
    },
  };
  const charts = createCharts(chartSettings);
  const cloud = {
    client,
    egress,
    env,
    objectLevel: true,
    cacheSize: 100,
    cacheMs: 3_600_000,
    secret: (value: string) => redactor.add(value),
  };
  const tokens = createCloudTokens(cloud);
  const logins = createRegistryLogins({ ...cloud, tokens, aws: createAwsIdentities(cloud) });
  const registries = createRegistryMemory();
  const common = {
    store,
    plugins,
    charts,
    client,
    redactor,
    egress,
    logins,
    registries,
    jitterPercentage: 0,
  };
  const repositories = createHelmRepositoryReconciler(common);
  const images = createOCIRepositoryReconciler(common);
  const applier = createApplier();
  return {
    store,
    plugins,
    applier,
    async helmRepository(object, signal) {
      const fresh = { ...object, status: {} };
      if (object.spec.type !== 'oci') await repositories.reconcile(attemptAt(fresh, signal));
      return fresh;
    },
    async ociRepository(object, signal) {
      const fresh = { ...object, status: {} };
      await images.reconcile(attemptAt(fresh, signal));
      return fresh;
    },
    async helmChart(object, sources, signal) {
      const fresh = { ...object, status: {} };
      const work = { ...common, ...sources, requeueDependencyMs: 0, indexUsed() {} };
      await createHelmChartReconciler(work).reconcile(attemptAt(fresh, signal));
      return fresh;
    },
    async close() {
      applier.close();
      await Promise.all([own.close(), charts.close()]);
      await rm(root, { recursive: true, force: true });
    },
  };
}
