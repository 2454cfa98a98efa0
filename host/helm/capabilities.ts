import type { ChartCrds } from '@flux-host/sdk/contract/chart.ts';
import { at, listAt, stringAt } from '../json.ts';
import { formatApiVersion } from '../kube/object.ts';
import type { GroupVersionKind, KubeClient, KubeObject } from '../kube/types.ts';
import { parseCrds } from './manifest.ts';

/** `.Capabilities` of templates: what the target cluster is and has. */
export interface ClusterCapabilities {
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

/** @throws KubeError */
export async function capabilitiesOf(
  client: KubeClient,
  { crds, signal }: { crds: readonly ChartCrds[]; signal: AbortSignal },
): Promise<ClusterCapabilities> {
  const [{ gitVersion }, resources] = await Promise.all([
    client.request<{ gitVersion: string }>('GET', '/version', { signal }),
    client.resources({ signal }),
  ]);
  const defined = crds.flatMap((each) => parseCrds(each).flatMap(definedKinds));
  const versions = [...resources, ...defined].flatMap((each) => {
    const version = formatApiVersion(each);
    return [version, `${version}/${each.kind}`];
  });
  return { kubeVersion: gitVersion, apiVersions: [...new Set(versions)] };
}

/** The kinds of a definition, in the versions that are served. */
function definedKinds(object: KubeObject): GroupVersionKind[] {
  const group = stringAt(object, 'spec', 'group');
  const kind = stringAt(object, 'spec', 'names', 'kind');
  if (object.kind !== 'CustomResourceDefinition' || !group || !kind) return [];
  return listAt(object, 'spec', 'versions').flatMap((each) => {
    const version = stringAt(each, 'name');
    return version && at(each, 'served') === true ? [{ group, version, kind }] : [];
  });
}
