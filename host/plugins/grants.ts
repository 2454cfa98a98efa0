import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import type { EgressGrant } from '../sandbox/types.ts';
import { addressOf, expand } from './address.ts';
import { credentialsOf } from './credentials.ts';
import type { Grants, PluginUse } from './types.ts';

/** What a plugin that comes with the host may do: what it asks for. Memory and time of its manifest hold anyway. */
export function grantsOfRequests({ requests }: PluginManifest): Grants {
  return {
    network: requests.network ?? [],
    capabilities: requests.capabilities ?? [],
    secretKeys: requests.secretKeys ?? [],
    credentials: requests.credentials ?? [],
    ...(requests.identity ? { identity: requests.identity } : {}),
  };
}

/** Entries of Secrets that a plugin is shown in one call, base64; undefined when there are none. */
export function visibleSecret(
  { secretKeys, ownSecret = {} }: Grants,
  { secret = {}, unseen = [] }: Pick<PluginUse, 'secret' | 'unseen'>,
): Readonly<Record<string, string>> | undefined {
  const seen = Object.entries(secret).filter(([key]) => secretKeys.includes(key) && !unseen.includes(key));
  const all = { ...ownSecret, ...Object.fromEntries(seen) };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** Names of the entries that are there and not empty, seen by the plugin or not. */
export function secretEntries(
  { ownSecret = {} }: Pick<Grants, 'ownSecret'>,
  { secret = {} }: Pick<PluginUse, 'secret'>,
): string[] {
  const all = { ...ownSecret, ...secret };
  return Object.keys(all)
    .filter((key) => all[key] !== '')
    .sort();
}

/**
 * Where one call may connect to, and what the host adds on the way.
 * @throws FluxError FLUX_E_PLUGIN_CREDENTIAL
 */
export function egressOf(
  plugin: string,
  grants: Grants,
  use: Pick<
    PluginUse,
    'secret' | 'address' | 'serviceAccountName' | 'tls' | 'proxy' | 'registry' | 'storage' | 'limits'
  >,
  token?: string,
): EgressGrant {
  const address = addressOf(use.address);
  const credentials = credentialsOf(plugin, grants, {
    address,
    ...(use.secret ? { secret: use.secret } : {}),
    ...(use.storage ? { storage: use.storage } : {}),
  });
  // The identity of the host itself goes nowhere that a user chooses.
  const hosts = expand(grants.identity?.hosts ?? [], use.serviceAccountName ? address.origins : []);
  if (token !== undefined && hosts.length > 0) {
    // First, since what the Secret has outweighs it.
    credentials.unshift({ to: hosts, headers: { authorization: `Bearer ${token}` } });
  }
  return {
    allow: expand(grants.network, address.hosts),
    capabilities: grants.capabilities,
    credentials,
    ...(use.registry && grants.credentials.some(({ registry }) => registry)
      ? { registry: use.registry }
      : {}),
    ...(use.tls ? { tls: use.tls } : {}),
    ...(use.proxy ? { proxy: use.proxy } : {}),
    // What may be written has to come from somewhere.
    ...(use.limits?.outFileBytes ? { maxBytes: use.limits.outFileBytes } : {}),
  };
}
