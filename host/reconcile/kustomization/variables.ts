import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import { KubeError } from '../../kube/errors.ts';
import { readConfigMap, readSecret, type SecretAccess } from '../secrets.ts';

/**
 * The variables for post-build substitution: `substituteFrom` in its order, later ones win, inline ones win over all.
 * @returns undefined when the object asks for no substitution at all
 * @throws FluxError with reason BuildFailed when a ConfigMap or Secret that is not optional is missing
 */
export async function variablesOf(
  object: Kustomization,
  access: SecretAccess,
  signal: AbortSignal,
): Promise<Record<string, string> | undefined> {
  const { postBuild } = object.spec;
  if (!postBuild) return undefined;
  const namespace = object.metadata.namespace ?? '';
  const variables: Record<string, string> = {};
  for (const { kind, name, optional } of postBuild.substituteFrom ?? []) {
    const read = kind === 'Secret' ? readSecret : readConfigMap;
    try {
      Object.assign(variables, await read(access, { namespace, name }, 'BuildFailed', signal));
    } catch (error) {
      const missing = error instanceof FluxError && error.cause instanceof KubeError && error.cause.notFound;
      if (missing && optional) continue;
      throw new FluxError(
        'FLUX_E_SUBSTITUTE_FROM',
        `substitute from '${kind}/${name}' error: ${wordsOf(error)}`,
        {
          reason: 'BuildFailed',
          cause: error,
          hint: missing
            ? `create ${kind} ${name} in namespace ${namespace}, or set optional: true`
            : 'see the message for what refused the read',
        },
      );
    }
  }
  return Object.assign(variables, postBuild.substitute);
}

/** What the API server said: kind and name are told already. */
function wordsOf(error: unknown): string {
  const cause = error instanceof FluxError ? error.cause : undefined;
  return cause instanceof KubeError && !cause.unreachable ? cause.statusMessage : errorText(error);
}
