import { posix } from 'node:path';
import type { HelmChart } from '@flux-host/crds/source/helm-chart.ts';
import { parsePartialVersion } from '../../semver/version.ts';
import { badMetadata } from './errors.ts';

/** Values files that change something: `values.yaml` alone is what a chart has anyway. */
export function effectiveValuesFiles({ valuesFiles = [] }: HelmChart['spec']): readonly string[] {
  const [only] = valuesFiles;
  return valuesFiles.length === 1 && only !== undefined && posix.normalize(only) === 'values.yaml'
    ? []
    : valuesFiles;
}

/** Characters of a commit's or index' digest that go into a version: labels of a release have room for no more. */
const shortHash = 12;

/**
 * Build metadata for the version of a chart, so that who uses it notices a change that is not one of the version: the revision of the source where
 * `reconcileStrategy` says so, and the generation where values files are merged.
 */
export function versionMetadata({ spec, metadata }: HelmChart, sourceRevision?: string): string {
  const parts: string[] = [];
  if (sourceRevision !== undefined && spec.reconcileStrategy === 'Revision') {
    parts.push(sourceRevision.slice(sourceRevision.lastIndexOf(':') + 1).slice(0, shortHash));
  }
  if (effectiveValuesFiles(spec).length > 0) parts.push(String(metadata.generation ?? 0));
  return parts.join('.');
}

/** A version with build metadata in place of what it has. @throws FluxError FLUX_E_CHART_ARCHIVE */
export function withMetadata(version: string, metadata: string): string {
  if (metadata === '') return version;
  const parsed = parsePartialVersion(version);
  if (!parsed) throw badMetadata(version);
  const { major, minor, patch, prerelease } = parsed;
  return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}+${metadata}`;
}
