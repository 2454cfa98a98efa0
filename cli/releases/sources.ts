import {
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  type HelmRelease,
  HelmRepository,
  OCIRepository,
} from '@flux-host/crds/index.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { configMaps, secrets } from '@flux-host/host/kube/core.ts';
import { keyOf } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '@flux-host/host/kube/types.ts';
import { chartOf, differs, helmChartKey } from '@flux-host/host/reconcile/helm-release/chart-template.ts';
import { sourceKeyOf } from '@flux-host/host/reconcile/helm-release/source.ts';
import type { SourceKey, SourceObject } from '@flux-host/host/reconcile/kustomization/source.ts';
import type { LocalSources } from '../build/local-sources.ts';
import { sourceAbsent, sourceUnsettled } from './errors.ts';
import { type Future, findObject } from './future.ts';
import { localArtifact } from './local-artifact.ts';
import type { Workshop } from './workshop.ts';

/** The source of a release's chart, with the artifact that it will have. */
export interface ChartSource {
  readonly key: SourceKey;
  readonly object: SourceObject;
  /** It is of a folder on this machine. */
  readonly isLocal: boolean;
}

/** Finds out what charts will be made of. */
export interface SourceResolver {
  /** @throws FluxError when nobody can know, or it cannot be fetched */
  sourceOf(release: HelmRelease, signal: AbortSignal): Promise<ChartSource>;
  /** Whether what a release is made of, beside itself, is on this machine or will be another one. */
  isConcerned(release: HelmRelease, signal: AbortSignal): Promise<boolean>;
}

export interface ResolverOptions {
  /** Reads objects as they will be. */
  readonly client: KubeClient;
  readonly future: Future;
  /** Sources that are on this machine. */
  readonly locals: LocalSources;
  readonly workshop: Workshop;
}

const kinds: Readonly<Record<string, ApiResource>> = {
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  HelmRepository,
  OCIRepository,
  ConfigMap: configMaps,
  Secret: secrets,
};

export function createSourceResolver(options: ResolverOptions): SourceResolver {
  const { client, future, locals, workshop } = options;
  const made = new Map<string, Promise<SourceObject>>();

  /** Once for all who use it. */
  const once = (key: SourceKey, make: () => Promise<SourceObject>): Promise<SourceObject> => {
    const known = made.get(textOf(key)) ?? make();
    made.set(textOf(key), known);
    return known;
  };
  const isLocal = (key: SourceKey, object: KubeObject): boolean => {
    const { namespace } = key;
    const kind = stringAt(object, 'spec', 'sourceRef', 'kind') ?? '';
    const name = stringAt(object, 'spec', 'sourceRef', 'name') ?? '';
    return (
      locals.has(textOf(key)) || (key.kind === 'HelmChart' && locals.has(textOf({ kind, namespace, name })))
    );
  };
  const willChange = (key: SourceKey): boolean => {
    const resource = kinds[key.kind];
    return resource !== undefined && future.find(resource, key) !== undefined;
  };
  const find = <T extends KubeObject>(resource: ApiResource, key: NamespacedName, signal: AbortSignal) =>
    findObject<T>(client, resource, { key, signal });

  async function existing<T extends KubeObject>(
    resource: ApiResource,
    key: SourceKey,
    signal: AbortSignal,
  ): Promise<T> {
    const object = await find<T>(resource, key, signal);
    if (!object) throw sourceAbsent(textOf(key));
    return object;
  }

  /** A source of files, as it is here or in the cluster. */
  async function filesOf(key: SourceKey, signal: AbortSignal): Promise<SourceObject> {
    const resource = kinds[key.kind];
    if (!resource) throw sourceAbsent(textOf(key));
    const folder = locals.get(textOf(key));
    if (folder !== undefined) {
      const object = await find<SourceObject>(resource, key, signal);
      const known = settled(object ?? bare(resource, key));
      const present = object?.status?.artifact;
      const status = {
        observedGeneration: known.metadata.generation ?? 1,
        ...localArtifact(folder, present),
      };
      return { ...known, status };
    }
    const object = await existing<SourceObject>(resource, key, signal);
    if (willChange(key)) throw sourceUnsettled(textOf(key), 'changes: what it will have is not known');
    if (!object.status?.artifact) throw sourceUnsettled(textOf(key), 'has no artifact yet');
    return object;
  }

  async function imageOf(key: SourceKey, signal: AbortSignal): Promise<SourceObject> {
    if (locals.has(textOf(key))) return filesOf(key, signal);
    const object = await existing<OCIRepository>(OCIRepository, key, signal);
    if (object.status?.artifact && !willChange(key)) return object;
    return once(key, () => workshop.ociRepository(settled(object), signal));
  }

  function repositoryOf(key: SourceKey, signal: AbortSignal): Promise<SourceObject> {
    return once(key, async () => {
      const object = await existing<HelmRepository>(HelmRepository, key, signal);
      return workshop.helmRepository(settled(object), signal);
    });
  }

  /** The chart in the cluster where it is the one that is wanted and can be had, else made here as the host would. */
  async function chartFor(wanted: HelmChart, signal: AbortSignal): Promise<SourceObject> {
    const { namespace, name } = keyOf(wanted);
    const source = { kind: wanted.spec.sourceRef.kind, name: wanted.spec.sourceRef.name, namespace };
    const live = await find<HelmChart>(HelmChart, { namespace, name }, signal);
    const willDiffer = willChange({ kind: 'HelmChart', namespace, name }) || willChange(source);
    const isSame = live !== undefined && !willDiffer && !differs(live, wanted);
    if (isSame && !locals.has(textOf(source)) && (await canBeHad(live, signal))) return live;
    const version = isSame ? versionOf(live) : undefined;
    const chart: HelmChart = {
      ...wanted,
      metadata: { generation: generationAfter(live, isSame), ...wanted.metadata },
      spec: { ...wanted.spec, ...(version === undefined ? {} : { version }) },
    };
    const object =
      source.kind === 'HelmRepository' ? await repositoryOf(source, signal) : await filesOf(source, signal);
    const { items } = await client.list<HelmRepository>(HelmRepository, { namespace, signal });
    const repositories = [...items, ...future.list(HelmRepository, namespace)].filter(isHelmRepository);
    const at = isHelmRepository(object)
      ? { findRepository: () => object }
      : { findRepository: () => undefined };
    return workshop.helmChart(chart, { find: () => object, repositories: () => repositories, ...at }, signal);
  }

  async function canBeHad(chart: HelmChart, signal: AbortSignal): Promise<boolean> {
    const { artifact, observedGeneration } = chart.status ?? {};
    if (!artifact || observedGeneration !== chart.metadata.generation) return false;
    try {
      (await workshop.store.tree(artifact, signal)).release();
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FluxError) return false;
      throw error;
    }
  }

  return {
    async sourceOf(release, signal) {
      const key = release.spec.chart ? templateKey(release) : sourceKeyOf(release);
      if (!key) throw sourceAbsent('the chart');
      const object = await objectOf(key, release, signal);
      return { key, object, isLocal: isLocal(key, object) };
    },
    async isConcerned(release, signal) {
      const namespace = release.metadata.namespace ?? '';
      const values = (release.spec.valuesFrom ?? []).map(({ kind, name }) => ({ kind, namespace, name }));
      if (values.some(willChange)) return true;
      const source = release.spec.chart ? chartSourceKey(release) : sourceKeyOf(release);
      if (!source) return false;
      if (locals.has(textOf(source)) || willChange(source)) return true;
      if (source.kind !== 'HelmChart') return false;
      const chart = await find<HelmChart>(HelmChart, source, signal);
      const below = chart && { ...chart.spec.sourceRef, namespace: source.namespace };
      return below !== undefined && (locals.has(textOf(below)) || willChange(below));
    },
  };

  async function objectOf(key: SourceKey, release: HelmRelease, signal: AbortSignal): Promise<SourceObject> {
    const { namespace, name } = key;
    if (release.spec.chart) return chartFor(chartOf(release, { namespace, name }), signal);
    if (key.kind === 'HelmChart') return chartFor(await existing<HelmChart>(HelmChart, key, signal), signal);
    return key.kind === 'OCIRepository' ? imageOf(key, signal) : filesOf(key, signal);
  }
}

const textOf = ({ kind, namespace, name }: SourceKey): string => `${kind}/${namespace}/${name}`;

function templateKey(release: HelmRelease): SourceKey | undefined {
  const key = helmChartKey(release);
  return key && { kind: 'HelmChart', ...key };
}

function chartSourceKey({ spec, metadata }: HelmRelease): SourceKey | undefined {
  const { kind, name, namespace = metadata.namespace ?? '' } = spec.chart?.spec.sourceRef ?? {};
  return kind && name ? { kind, namespace, name } : undefined;
}

const bare = (resource: ApiResource, { namespace, name }: NamespacedName): KubeObject => ({
  apiVersion: `${resource.group}/${resource.version}`,
  kind: resource.kind,
  metadata: { namespace, name },
});

/** An object that is not in the cluster has no generation yet. */
const settled = <T extends KubeObject>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, generation: object.metadata.generation ?? 1 },
});

/** A chart that cannot be had from the cluster is fetched in the same version, whatever is the newest by now. */
function versionOf({ spec, status }: HelmChart): string | undefined {
  const revision = status?.artifact?.revision;
  return spec.sourceRef.kind === 'HelmRepository' && !revision?.includes('+') ? revision : undefined;
}

function generationAfter(live: HelmChart | undefined, isSame: boolean): number {
  const { generation = 0 } = live?.metadata ?? {};
  return live && isSame ? generation : generation + 1;
}

function isHelmRepository(object: KubeObject): object is HelmRepository {
  return object.kind === HelmRepository.kind;
}
