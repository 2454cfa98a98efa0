import type { Kustomization } from '@flux-host/crds/index.ts';
import { usageError } from '../../command/errors.ts';

type HealthCheck = NonNullable<Kustomization['spec']['healthChecks']>[number];

const kinds = ['Deployment', 'DaemonSet', 'StatefulSet', 'HelmRelease'];

/** `Kind/name.namespace` */
export function healthCheck(text: string): HealthCheck {
  const [kind = '', rest, ...more] = text.split('/');
  if (rest === undefined || more.length > 0) {
    throw usageError(`invalid health check '${text}' must be in the format 'kind/name.namespace'`);
  }
  if (!kinds.includes(kind)) {
    throw usageError(
      `invalid health check kind '${kind}' can be HelmRelease, Deployment, DaemonSet or StatefulSet`,
    );
  }
  const [name = '', namespace, ...parts] = rest.split('.');
  if (namespace === undefined || parts.length > 0) {
    throw usageError(`invalid health check '${text}' must be in the format 'kind/name.namespace'`);
  }
  return {
    ...(kind === 'HelmRelease' && { apiVersion: 'helm.toolkit.fluxcd.io/v2' }),
    kind,
    name,
    namespace,
  };
}
