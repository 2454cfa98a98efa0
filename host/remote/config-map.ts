import { checkServer } from './addresses.ts';
import { configInvalid, notAllowed } from './errors.ts';

export type Provider = 'generic' | 'azure' | 'gcp';

/** A ConfigMap that tells how to sign in without a stored credential. */
export interface ProviderConfig {
  readonly provider: Provider;
  /** The cluster's name at its cloud; empty when it is not needed. */
  readonly cluster: string;
  /** `https://host:port`; empty when the cloud has to be asked. */
  readonly address: string;
  /** PEM; empty when the cloud has to be asked, or for a certificate of a public authority. */
  readonly ca: string;
  readonly audiences: readonly string[];
  /** Empty for the default one, or the host's own. */
  readonly serviceAccountName: string;
}

/** @throws FluxError FLUX_E_REMOTE_CONFIG, FLUX_E_REMOTE_REFUSED, FLUX_E_REMOTE_ADDRESS */
export function parseProviderConfig(data: Readonly<Record<string, string>>, from: string): ProviderConfig {
  const provider = providerOf(data['provider'] ?? '', from);
  const address = data['address'] ? canonicalAddress(data['address'], from) : '';
  const config: ProviderConfig = {
    provider,
    cluster: data['cluster']?.trim() ?? '',
    address,
    ca: data['ca.crt'] ?? '',
    audiences: (data['audiences'] ?? '').split('\n').flatMap((line) => line.trim() || []),
    serviceAccountName: data['serviceAccountName']?.trim() ?? '',
  };
  if (provider === 'generic' && !address) {
    throw configInvalid(from, 'has no address', 'set address to the URL of the API server');
  }
  if (provider !== 'generic') {
    if (config.audiences.length > 0) {
      throw notAllowed(from, `has audiences, which go with the provider 'generic' only`, 'remove audiences');
    }
    checkCluster(config, from);
  }
  return config;
}

function providerOf(name: string, from: string): Provider {
  switch (name) {
    case 'generic':
    case 'azure':
    case 'gcp':
      return name;
    case 'aws':
      throw notAllowed(
        from,
        "has the provider 'aws', which is not available: requests to EKS and STS have to be signed, and the host has no identity of AWS",
        'use provider generic with an OIDC identity provider of the EKS cluster, or a kubeconfig in a Secret',
      );
    default:
      throw configInvalid(
        from,
        `has the provider '${name}', which is not implemented`,
        'use generic, azure or gcp',
      );
  }
}

/** `https://host:port` in lower case; what Flux takes as an address is taken here too. */
function canonicalAddress(text: string, from: string): string {
  const url = text.startsWith('http') ? text : `https://${text}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:') {
    throw configInvalid(from, `has the address '${text}', which is no https URL`, 'correct address');
  }
  checkServer(url);
  return `https://${parsed.hostname}:${parsed.port || '443'}`;
}

const forms: Readonly<Record<Exclude<Provider, 'generic'>, readonly [RegExp, string]>> = {
  azure: [
    /^\/subscriptions\/[\w-]{36}\/resourceGroups\/[\w.()-]{1,200}\/providers\/Microsoft\.ContainerService\/managedClusters\/[\w-]{1,200}$/i,
    '/subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/managedClusters/…',
  ],
  gcp: [
    /^projects\/[\w.:-]{1,200}\/locations\/[\w-]{1,200}\/clusters\/[\w-]{1,200}$/,
    'projects/…/locations/…/clusters/…',
  ],
};

/** The name is part of a URL. */
function checkCluster({ provider, cluster, address, ca }: ProviderConfig, from: string): void {
  if (provider === 'generic' || (address && ca)) return;
  const [form, text] = forms[provider];
  if (!form.test(cluster)) {
    throw configInvalid(
      from,
      `has the cluster '${cluster}', which is not of the form ${text}`,
      'correct cluster',
    );
  }
}
