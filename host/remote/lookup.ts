import { askTokenService, type TokenCall } from '../cloud/request.ts';
import { FluxError } from '../errors/flux-error.ts';
import { isRecord } from '../json.ts';
import { clusterFromContext } from '../kube/cluster.ts';
import { parseContext } from '../kube/kubeconfig.ts';
import type { Egress } from '../sandbox/egress/egress.ts';
import type { ProviderConfig } from './config-map.ts';
import { lookupFailed } from './errors.ts';

/** Where a cluster's API server is. */
export interface Place {
  readonly address: string;
  /** PEM. */
  readonly ca: string;
}

export interface CloudApis {
  readonly azure: string;
  readonly google: string;
}

export const cloudApis: CloudApis = {
  azure: 'https://management.azure.com',
  google: 'https://container.googleapis.com',
};

export interface Lookup {
  readonly egress: Egress;
  readonly apis: CloudApis;
  readonly config: ProviderConfig;
  /** Of the cloud's own API. */
  readonly token: string;
  readonly signal: AbortSignal;
}

/**
 * Asks the cloud for what the ConfigMap does not tell.
 * @throws FluxError FLUX_E_REMOTE_LOOKUP
 */
export async function lookUp(lookup: Lookup): Promise<Place> {
  const { config } = lookup;
  const found = await (config.provider === 'azure' ? lookUpAzure(lookup) : lookUpGoogle(lookup));
  return { address: config.address || found.address, ca: config.ca || found.ca };
}

async function lookUpGoogle({ apis, config, ...rest }: Lookup): Promise<Place> {
  const url = `${apis.google}/v1/${config.cluster}`;
  const { endpoint, masterAuth } = await ask({ cloud: 'Google Cloud', url }, { config, ...rest });
  const ca = isRecord(masterAuth) ? masterAuth['clusterCaCertificate'] : undefined;
  if (typeof endpoint !== 'string' || !endpoint) throw lookupFailed(config.cluster, 'it has no endpoint');
  const address = endpoint.includes('://') ? endpoint : `https://${endpoint}`;
  return { address, ca: Buffer.from(typeof ca === 'string' ? ca : '', 'base64').toString('utf8') };
}

/** The kubeconfigs that Azure gives name a program for the credentials; only the place is taken from them. */
async function lookUpAzure({ apis, config, ...rest }: Lookup): Promise<Place> {
  const url = `${apis.azure}${config.cluster}/listClusterUserCredential?api-version=2025-05-01`;
  const { kubeconfigs } = await ask({ cloud: 'Azure', url, body: '' }, { config, ...rest });
  const places = (Array.isArray(kubeconfigs) ? kubeconfigs : []).map((entry) =>
    placeIn(entry, config.cluster),
  );
  const place = places.find(({ address }) => !config.address || hostOf(address) === hostOf(config.address));
  if (place) return place;
  const why = config.address ? `it has not the address '${config.address}'` : 'there is no kubeconfig for it';
  throw lookupFailed(config.cluster, why);
}

function placeIn(entry: unknown, cluster: string): Place {
  const value = isRecord(entry) && typeof entry['value'] === 'string' ? entry['value'] : '';
  try {
    const text = Buffer.from(value, 'base64').toString('utf8');
    const { server, ca } = clusterFromContext(parseContext(text, { from: `of ${cluster}` }));
    return { address: server, ca: ca && 'data' in ca ? ca.data.toString('utf8') : '' };
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    throw lookupFailed(cluster, 'its kubeconfig cannot be read');
  }
}

function hostOf(address: string): string {
  const { hostname, port } = new URL(address);
  return `${hostname}:${port || '443'}`;
}

async function ask(
  call: Omit<TokenCall, 'headers'>,
  { egress, token, config, signal }: Omit<Lookup, 'apis'>,
): Promise<Record<string, unknown>> {
  try {
    const headers = [['authorization', `Bearer ${token}`]] as const;
    return await askTokenService(egress, { ...call, headers }, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof FluxError)) throw error;
    throw lookupFailed(config.cluster, error.message.replace(/^.* gives no token: /, ''));
  }
}
