import { isDeepStrictEqual } from 'node:util';
import type { Plugin, PluginGrants } from '@flux-host/crds/plugin/plugin.ts';
import type { Credential } from '@flux-host/sdk/contract/credential.ts';
import type { PluginManifest, PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { dump } from 'js-yaml';
import { addressWord } from '../../plugins/address.ts';
import { parseBytes } from '../../sandbox/memory-limit.ts';

type Requests = NonNullable<NonNullable<Plugin['status']>['requests']>;

/**
 * What a plugin asks for and is not granted, as YAML to add to its Plugin; undefined when nothing is missing. Memory and time are limits: granted or
 * not, the lower one holds.
 */
export function missingGrants({ requests }: PluginManifest, grants: PluginGrants = {}): string | undefined {
  const missing = {
    network: left(requests.network, (host) => grants.network?.some((granted) => coversHost(granted, host))),
    capabilities: left(requests.capabilities, (one) => grants.capabilities?.includes(one)),
    secretKeys: left(requests.secretKeys, (key) => grants.secretKeys?.includes(key)),
    credentials: left(requests.credentials, (one) =>
      grants.credentials?.some((granted) => isSame(granted, one)),
    ),
    identity: identityLeft(requests.identity, grants.identity),
  };
  const lines = Object.fromEntries(Object.entries(missing).filter(([, value]) => value !== undefined));
  if (Object.keys(lines).length === 0) return undefined;
  return dump({ spec: { grants: lines } }, { lineWidth: -1, noRefs: true }).trimEnd();
}

/** The requests as a Plugin's status shows them: in the forms that the API knows. */
export function shownRequests({ requests }: PluginManifest): Requests {
  const { memory, network, ...rest } = requests;
  const hosts = network?.filter(({ length }) => length > 0 && length <= 261).slice(0, 100);
  return { ...rest, ...(hosts ? { network: hosts } : {}), ...shownMemory(memory) };
}

function shownMemory(memory: string | undefined): Pick<Requests, 'memory'> {
  if (memory === undefined) return {};
  if (/^[1-9][0-9]*(Ki|Mi|Gi)?$/.test(memory)) return { memory };
  const bytes = parseBytes(memory);
  return bytes ? { memory: String(bytes) } : {};
}

function left<T>(
  requested: readonly T[] | undefined,
  isGranted: (one: T) => boolean | undefined,
): T[] | undefined {
  const missing = (requested ?? []).filter((one) => !isGranted(one));
  return missing.length > 0 ? missing : undefined;
}

/** Whether one entry of hosts allows all that another one does. */
function coversHost(granted: string, requested: string): boolean {
  if (granted === requested || granted === '*') return true;
  if (requested === '*' || requested === addressWord || granted === addressWord) return false;
  const [host, port] = splitPort(granted);
  const [wantedHost, wantedPort] = splitPort(requested);
  if (port !== undefined && port !== wantedPort) return false;
  return host === wantedHost || host === '*' || (host.startsWith('*.') && wantedHost.endsWith(host.slice(1)));
}

function splitPort(entry: string): readonly [host: string, port: string | undefined] {
  const match = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase());
  return [match?.[1] ?? entry, match?.[2]];
}

/** The same secret in the same way; to which hosts is for the administrator to say. */
function isSame(
  { hosts: _any, ...granted }: Credential,
  { hosts: _wanted, ...requested }: Credential,
): boolean {
  return isDeepStrictEqual(granted, requested);
}

function identityLeft(
  requested: PluginRequests['identity'],
  granted: PluginGrants['identity'],
): PluginRequests['identity'] {
  if (!requested) return undefined;
  const same = granted?.cloud === requested.cloud && granted.scope === requested.scope;
  return same && (!requested.visible || granted.visible) ? undefined : requested;
}
