import { createHash } from 'node:crypto';
import type { CloudTokens } from '../cloud/types.ts';
import type { ClusterConfig } from '../kube/cluster.ts';
import { serviceAccounts } from '../kube/core.ts';
import { isKube } from '../kube/errors.ts';
import { readConfigMap, readSecret, type SecretAccess } from '../reconcile/secrets.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import { checkServer } from './addresses.ts';
import { accountTokens } from './bearer.ts';
import { type ProviderConfig, parseProviderConfig } from './config-map.ts';
import {
  accountNotAllowed,
  configInvalid,
  defaultAccountMissing,
  keyMissing,
  secretUnreadable,
} from './errors.ts';
import { clusterOfKubeconfig, secretsOf } from './kubeconfig.ts';
import { type CloudApis, cloudApis, lookUp } from './lookup.ts';
import type { KubeConfigRef, RemoteConfig, RemoteSettings } from './types.ts';

/** What configurations are read and credentials are got with. */
export interface ConfigAccess extends SecretAccess {
  readonly settings: RemoteSettings;
  readonly tokens: CloudTokens;
  readonly egress: Egress;
  /** Gate ObjectLevelWorkloadIdentity. */
  readonly objectLevel: boolean;
  readonly apis?: CloudApis;
}

const reason = 'ReconciliationFailed';

/**
 * Reads what `spec.kubeConfig` names, at every attempt anew: that is how a change is noticed.
 * @throws FluxError FLUX_E_SECRET, FLUX_E_REMOTE_…
 */
export async function readConfig(
  access: ConfigAccess,
  { secretRef, configMapRef }: KubeConfigRef,
  namespace: string,
  signal: AbortSignal,
): Promise<RemoteConfig> {
  if (secretRef) {
    const key = { namespace, name: secretRef.name };
    const data = await readSecret(access, key, reason, signal).catch((error: unknown) => {
      throw secretUnreadable(`${namespace}/${key.name}`, error);
    });
    return ofSecret(access, data, {
      from: `KubeConfig secret '${namespace}/${key.name}'`,
      key: secretRef.key,
    });
  }
  const from = `KubeConfig configmap '${namespace}/${configMapRef?.name ?? ''}'`;
  if (!configMapRef) throw configInvalid('spec.kubeConfig', 'names no Secret and no ConfigMap', 'name one');
  const data = await readConfigMap(access, { namespace, name: configMapRef.name }, reason, signal);
  return ofConfigMap(access, parseProviderConfig(data, from), { from, namespace, signal });
}

function ofSecret(
  { settings, redactor }: ConfigAccess,
  data: Readonly<Record<string, string>>,
  { from, key }: { from: string; key: string | undefined },
): RemoteConfig {
  const text = key === undefined ? (data['value'] ?? data['value.yaml']) : data[key];
  if (text === undefined) throw keyMissing(from, key ?? 'value');
  const cluster = clusterOfKubeconfig(text, from, settings);
  for (const secret of secretsOf(cluster)) redactor.add(secret);
  return { key: digestOf(['kubeconfig', text]), from, mayMove: false, cluster: async () => cluster };
}

/** Only the own cluster's administrator, or the gate that says so, lets objects use the identity of an account. */
async function ofConfigMap(
  access: ConfigAccess,
  config: ProviderConfig,
  { from, namespace, signal }: { from: string; namespace: string; signal: AbortSignal },
): Promise<RemoteConfig> {
  const { settings, client, objectLevel } = access;
  const serviceAccountName = config.serviceAccountName || settings.defaultServiceAccount;
  if (serviceAccountName && !objectLevel) throw accountNotAllowed(from);
  if (serviceAccountName && !config.serviceAccountName) {
    const key = { namespace, name: serviceAccountName };
    await client.getMetadata(serviceAccounts, key, { signal }).catch((error: unknown) => {
      throw isKube(error, 'notFound') ? defaultAccountMissing(`${namespace}/${serviceAccountName}`) : error;
    });
  }
  const account = { namespace, ...(serviceAccountName && { serviceAccountName }) };
  return {
    key: digestOf(['configmap', namespace, serviceAccountName ?? '', JSON.stringify(config)]),
    from,
    mayMove: config.provider !== 'generic' && !(config.address && config.ca),
    cluster: (asked) => clusterOf(access, config, { account, signal: asked }),
  };
}

/** Whom a token of Azure for its Kubernetes service is meant for, as the login plugins of Azure have it. */
const azureServer = '6dae42f8-4368-4678-94ff-3960e28e3630/.default';
const azureManagement = 'https://management.azure.com/.default';
const google =
  'https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email';

type Whose = {
  readonly account: { namespace: string; serviceAccountName?: string };
  readonly signal: AbortSignal;
};

async function clusterOf(access: ConfigAccess, config: ProviderConfig, whose: Whose): Promise<ClusterConfig> {
  const { provider, address, ca } = config;
  const { account, signal } = whose;
  if (provider === 'generic') {
    const audiences = config.audiences.length > 0 ? config.audiences : [address];
    const secret = (value: string) => access.redactor.add(value);
    const bearer = accountTokens({ client: access.client, account, audiences, secret });
    return asCluster({ address, ca }, bearer);
  }
  const token = (scope: string) => access.tokens.token({ cloud: provider, scope, account });
  const place =
    address && ca
      ? { address, ca }
      : await lookUp({
          egress: access.egress,
          apis: access.apis ?? cloudApis,
          config,
          token: await token(provider === 'azure' ? azureManagement : google),
          signal,
        });
  return asCluster(place, { get: () => token(provider === 'azure' ? azureServer : google) });
}

function asCluster(
  { address, ca }: { address: string; ca: string },
  bearer: NonNullable<ClusterConfig['user']['bearer']>,
): ClusterConfig {
  checkServer(address);
  return {
    server: address,
    insecureSkipTlsVerify: false,
    namespace: '',
    user: { bearer },
    ...(ca && { ca: { data: Buffer.from(ca) } }),
  };
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
