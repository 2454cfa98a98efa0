import { kinds } from '@flux-host/crds/index.ts';
import { parseApiVersion } from '../../kube/object.ts';
import type { ApiResource, KubeClient } from '../../kube/types.ts';
import { resourceFailed } from '../errors.ts';

/** Kinds that a Receiver may name. Flux knows the API version of the sources, ImageRepository and ArtifactGenerator alone. */
const targets = new Set([
  'Bucket',
  'GitRepository',
  'Kustomization',
  'HelmRelease',
  'HelmChart',
  'HelmRepository',
  'ImageRepository',
  'ImagePolicy',
  'ImageUpdateAutomation',
  'OCIRepository',
  'ArtifactGenerator',
  'ExternalArtifact',
]);

/**
 * The API resource of an entry of `spec.resources`.
 * @throws FluxError FLUX_E_RECEIVER_RESOURCE without an API version for a kind that is not Flux's, KubeError when it is not served
 */
export async function apiResourceOf(
  client: KubeClient,
  { apiVersion, kind }: { apiVersion?: string; kind: string },
  signal: AbortSignal,
): Promise<ApiResource> {
  const wanted = apiVersion ? parseApiVersion(apiVersion) : undefined;
  const known = kinds.find(
    (each) =>
      each.kind === kind &&
      (wanted ? each.group === wanted.group && each.version === wanted.version : targets.has(kind)),
  );
  if (known) return known;
  if (!wanted) throw resourceFailed(`apiVersion must be specified for kind "${kind}"`);
  return client.resourceFor({ ...wanted, kind }, { signal });
}
