import { kinds } from '@flux-host/crds/index.ts';
import type { ApiResource, KubeClient } from '@flux-host/host/kube/types.ts';
import { commandError } from '../command/errors.ts';

/** Groups of Flux's kinds: their names win over the same names elsewhere. */
const fluxGroups = new Set(kinds.map(({ group }) => group));

/**
 * The kind that a user names as for `kubectl`: plural, singular or short name in any letter case, with group, or version and
 * group, behind dots where needed (`deploy`, `deployments.apps`, `deployments.v1.apps`).
 * @throws FluxError FLUX_E_CLI_NOT_FOUND in kubectl's words when the API server serves none of that name
 */
export async function findResource(
  text: string,
  client: KubeClient,
  signal: AbortSignal,
): Promise<ApiResource> {
  const [name = '', ...qualifiers] = text.toLowerCase().split('.');
  const suffix = qualifiers.join('.');
  const served = await client.resources({ signal });
  const named = served.filter((each) => namesOf(each).includes(name) && fits(each, suffix));
  const found = named.find(({ group }) => fluxGroups.has(group)) ?? named[0];
  if (found) return found;
  throw commandError(
    'FLUX_E_CLI_NOT_FOUND',
    `the server doesn't have a resource type "${text}"`,
    '"kubectl api-resources" lists those that it has',
  );
}

function namesOf({ plural, kind, shortNames = [] }: ApiResource): readonly string[] {
  return [plural, kind.toLowerCase(), ...shortNames];
}

/** A group may be given by its beginning: `deployments.apps`, `kustomizations.kustomize`. */
function fits({ group, version }: ApiResource, suffix: string): boolean {
  if (suffix === '') return true;
  return [group, `${version}.${group}`, version].some(
    (each) => each === suffix || each.startsWith(`${suffix}.`),
  );
}
