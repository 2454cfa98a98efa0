import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { createOciClient } from '../../oci/client.ts';
import { credentialsOf } from '../../oci/credentials.ts';
import type { RegistryMemory } from '../../oci/memory.ts';
import type { OciClient } from '../../oci/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { readSecret, type SecretAccess } from '../secrets.ts';
import { badReference } from './errors.ts';

export interface RegistryOptions extends SecretAccess {
  readonly egress: Egress;
  readonly registries: RegistryMemory;
  readonly runtimeNamespace: string;
}

const pullSecretKey = '.dockerconfigjson';

/**
 * A client with the login of a Plugin's pull secret.
 * @throws FluxError FLUX_E_SECRET, FLUX_E_OCI_CREDENTIALS
 */
export async function registryOf(
  { spec: { source } }: Plugin,
  options: RegistryOptions,
  signal: AbortSignal,
): Promise<OciClient> {
  const { egress, registries: memory } = options;
  const access = { insecure: source.insecure ?? false };
  if (!source.secretRef) return createOciClient({ egress, memory, access });
  const { name, namespace = options.runtimeNamespace } = source.secretRef;
  const data = await readSecret(options, { namespace, name }, 'AuthenticationFailed', signal);
  const config = data[pullSecretKey];
  if (config === undefined) throw badReference(`Secret ${namespace}/${name} has no key ${pullSecretKey}`);
  return createOciClient({ egress, memory, access: { ...access, credentials: credentialsOf([config]) } });
}
