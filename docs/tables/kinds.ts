import { additions } from '@flux-host/crds/additions.ts';
import { kinds } from '@flux-host/crds/index.ts';
import { code, table } from './markdown.ts';

/** What the host does with a kind; all others have a schema here and no reconciler. */
const roles: Readonly<Record<string, string>> = {
  GitRepository: 'reconciled',
  HelmRepository: 'reconciled; those of type oci are addresses only, as in Flux',
  HelmChart: 'reconciled',
  HelmRelease: 'reconciled; releases in other clusters are refused',
  Kustomization: 'reconciled',
  Alert: 'used; it has no status',
  Provider: 'used; it has no status',
  Receiver: 'reconciled',
  ImageRepository: 'reconciled',
  ImagePolicy: 'reconciled',
  Plugin: 'reconciled',
  PluginSource: 'reconciled',
  OCIRepository: 'reconciled',
  Bucket: 'reconciled',
  ArtifactGenerator: 'reconciled',
  ExternalArtifact: `published for PluginSources and ArtifactGenerators; those of the latter and of others are used by Kustomizations with ${code('--feature-gates=ExternalArtifact=true')}`,
};

export function kindTable(): string {
  return table(
    ['Kind', 'API', 'In this version'],
    kinds.map(({ kind, apiVersion }) => [kind, code(apiVersion), roles[kind] ?? 'definition only']),
  );
}

export function additionTable(): string {
  return table(
    ['Kind', 'Field', 'Change', 'What for'],
    additions.map(({ kind, path, change, why }) => [kind, code(path), change, why]),
  );
}
