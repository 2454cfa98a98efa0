import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { Artifact } from '../../artifacts/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { parseKey } from '../../kube/object.ts';
import { parsePartialVersion, parseVersion, type Version } from '../../semver/version.ts';
import { getCondition, isTrue, type WithConditions } from '../conditions.ts';
import { lookUpSource, type SourceKey, type SourceLookup } from '../kustomization/source.ts';

/** What a HelmRelease takes its chart from: `chartRef`, or the HelmChart that was made of `chart`. */
export function sourceKeyOf({ spec, metadata, status }: HelmRelease): SourceKey | undefined {
  const { chartRef } = spec;
  if (chartRef) {
    return {
      kind: chartRef.kind,
      name: chartRef.name,
      namespace: chartRef.namespace ?? metadata.namespace ?? '',
    };
  }
  return status?.helmChart ? { kind: 'HelmChart', ...parseKey(status.helmChart) } : undefined;
}

/** Whether the last attempt got no chart: what the source says about itself is then worth another one. */
export function waitsForSource(object: HelmRelease): boolean {
  const { reason = '' } = getCondition(object, 'Ready') ?? {};
  return reason === 'SourceNotReady' || reason === 'ArtifactFailed';
}

/**
 * The artifact with the chart.
 * @throws FluxError with reason AccessDenied (terminal), ArtifactFailed or SourceNotReady (woken when the source is ready)
 */
export async function findChartArtifact(
  object: HelmRelease,
  lookup: SourceLookup,
): Promise<{ key: SourceKey; artifact: Artifact }> {
  const key = sourceKeyOf(object);
  if (!key) throw missing('the HelmChart');
  const text = `${key.kind}/${key.namespace}/${key.name}`;
  if (lookup.noCrossNamespaceRefs && key.namespace !== object.metadata.namespace) {
    throw denied(`can't access '${text}', cross-namespace references have been blocked`);
  }
  const find = (wanted: SourceKey) => lookUpSource(wanted, lookup);
  const own = key.kind === 'ExternalArtifact' ? await find({ ...key, kind: 'PluginSource' }) : undefined;
  if (key.kind === 'ExternalArtifact' && !own && !lookup.allowExternalArtifact) {
    throw denied(`can't access '${text}', ExternalArtifact feature gate is disabled`);
  }
  const source = own ?? (await find(key));
  if (!source) throw missing(text);
  const problem = own ? undefined : unready(source);
  if (problem ?? !source.status?.artifact) {
    const ready = getCondition(source, 'Ready');
    const said = problem ?? (ready?.status === 'False' ? ready.message : undefined);
    const why = problem ?? `does not have an artifact${said ? `: ${said}` : ''}`;
    throw new FluxError(
      'FLUX_E_SOURCE_NOT_READY',
      `${key.kind} '${key.namespace}/${key.name}' is not ready: ${why}`,
      {
        reason: 'SourceNotReady',
        retryAfterMs: lookup.requeueDependencyMs,
        // Its own words come with a hint of their own.
        ...(said ? {} : { hint: `see why ${text} is not ready` }),
      },
    );
  }
  const { artifact } = source.status ?? {};
  if (!artifact) throw missing(text);
  return { key, artifact };
}

/** Why the newest spec of a source has no artifact yet. */
function unready(source: WithConditions & { kind: string; status?: object }): string | undefined {
  if (source.kind === 'ExternalArtifact') return undefined;
  const observed: unknown =
    source.status && 'observedGeneration' in source.status ? source.status.observedGeneration : -1;
  if (source.metadata.generation !== observed) {
    const ready = getCondition(source, 'Ready');
    return ready?.status === 'False' ? ready.message : 'latest generation of object has not been reconciled';
  }
  return isTrue(source, 'Stalled') ? getCondition(source, 'Stalled')?.message : undefined;
}

function missing(text: string): FluxError {
  return new FluxError('FLUX_E_SOURCE_MISSING', `could not get Source object: '${text}' not found`, {
    reason: 'ArtifactFailed',
    hint: 'create the source, or correct spec.chart or spec.chartRef',
  });
}

function denied(message: string): FluxError {
  return new FluxError('FLUX_E_ACCESS_DENIED', message, { reason: 'AccessDenied', terminal: true });
}

const shortDigest = 12;

/**
 * The version of a chart that came as an image tells its digest, so that another image under the same tag is another chart.
 * @throws FluxError with reason ChartMutateError
 */
export function versionWithDigest(
  version: string,
  { kind, revision }: { kind: string; revision: string },
  tracksDigests: boolean,
): { version: string; digest?: string } {
  const hasDigest = kind === 'OCIRepository' || (kind === 'ExternalArtifact' && revision.includes(':'));
  if (!hasDigest) return { version };
  const own = parsePartialVersion(version.split('+')[0] ?? '');
  if (!own) throw mutation(`invalid chart version ${version}`);
  const [tag = '', digest = ''] = revision.includes('@') ? revision.split('@') : ['', revision];
  const tagged = parseVersion(tag.replaceAll('_', '+'));
  if (tagged && numbersOf(tagged) !== numbersOf(own)) {
    throw mutation(`artifact revision ${tag} does not match chart version ${version}`);
  }
  const hex = digest.split(':')[1] ?? '';
  if (hex.length < shortDigest) throw mutation(`invalid artifact revision ${revision}`);
  const full = tagged ? digest : revision;
  return {
    version: tracksDigests ? `${numbersOf(own)}+${hex.slice(0, shortDigest)}` : version,
    digest: full,
  };
}

/** Without build metadata, whole, and without a leading `v`: as Flux writes it. */
const numbersOf = ({ major, minor, patch, prerelease }: Version): string =>
  `${major}.${minor}.${patch}${prerelease ? `-${prerelease}` : ''}`;

function mutation(message: string): FluxError {
  return new FluxError('FLUX_E_HELM_CHART', message, { reason: 'ChartMutateError' });
}
