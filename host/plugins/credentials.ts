import type { Credential } from '@flux-host/sdk/contract/credential.ts';
import type { EgressCredential } from '../sandbox/types.ts';
import { type Address, addressWord } from './address.ts';
import { badCredential } from './errors.ts';
import type { Grants, PluginUse } from './types.ts';

type Data = Readonly<Record<string, string>>;

/**
 * From granted credentials and Secrets to what the host adds to requests. One whose key is in no Secret is left out. Entries of the
 * plugin's own Secrets go to hosts that an administrator named, not to those that users choose.
 * @throws FluxError FLUX_E_PLUGIN_CREDENTIAL for values that cannot be sent
 */
export function credentialsOf(
  plugin: string,
  grants: Pick<Grants, 'credentials' | 'ownSecret'>,
  { secret = {}, address }: { secret?: PluginUse['secret']; address: Address },
): EgressCredential[] {
  return grants.credentials.flatMap((credential) => {
    const hosts = credential.hosts ?? [addressWord];
    const named = hosts.filter((host) => host !== addressWord);
    const chosen = hosts.includes(addressWord) ? address.origins : [];
    const users = added(plugin, credential, secret);
    if (users) return [{ ...users, to: [...named, ...chosen] }];
    const own = named.length > 0 && added(plugin, credential, grants.ownSecret ?? {});
    return own ? [{ ...own, to: named }] : [];
  });
}

function added(plugin: string, credential: Credential, data: Data): Omit<EgressCredential, 'to'> | undefined {
  const { header, basic, query, hmac } = credential;
  if (header) {
    const value = textOf(data, header.key);
    if (value === undefined) return undefined;
    const content = (header.format ?? '{}').replaceAll('{}', () => value);
    return { headers: { [header.name]: checked(plugin, header.key, content) } };
  }
  if (basic) {
    const username = textOf(data, basic.usernameKey);
    const password = textOf(data, basic.passwordKey);
    if (username === undefined && password === undefined) return undefined;
    const pair = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
    return { headers: { Authorization: `Basic ${pair}` } };
  }
  if (query) {
    const value = textOf(data, query.key);
    return value === undefined ? undefined : { query: { [query.name]: value } };
  }
  const key = hmac && data[hmac.key];
  if (!hmac || key === undefined) return undefined;
  const { header: name, algorithm, format = '{}' } = hmac;
  return { hmac: { header: name, algorithm, format, key: new Uint8Array(Buffer.from(key, 'base64')) } };
}

/** Without the line end that `echo` and editors leave behind. */
function textOf(data: Data, key: string): string | undefined {
  const value = data[key];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8').trim();
}

function checked(plugin: string, key: string, value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value;
  throw badCredential(plugin, `key ${key} has characters that no header can carry`);
}
