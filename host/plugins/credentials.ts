import type { Credential } from '@flux-host/sdk/contract/credential.ts';
import { parseYaml } from '../build/yaml/parse.ts';
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
  { secret = {}, address, storage }: Pick<PluginUse, 'secret' | 'storage'> & { address: Address },
): EgressCredential[] {
  return grants.credentials.flatMap((credential) => {
    const hosts = credential.hosts ?? [addressWord];
    const named = hosts.filter((host) => host !== addressWord);
    const chosen = hosts.includes(addressWord) ? address.origins : [];
    if (credential.storage) return storage ? [{ sign: storage, to: [...named, ...chosen] }] : [];
    const users = added(plugin, credential, secret);
    if (users) return [{ ...users, to: [...named, ...chosen] }];
    const own = named.length > 0 && added(plugin, credential, grants.ownSecret ?? {});
    return own ? [{ ...own, to: named }] : [];
  });
}

/** What a credential adds when its values are in `data`; names of headers in lower case, so that a later one replaces an earlier one. */
function added(plugin: string, credential: Credential, data: Data): Omit<EgressCredential, 'to'> | undefined {
  const { requires = [], header, basic, query, hmac, headers } = credential;
  if (requires.some((key) => textOf(data, key) === undefined)) return undefined;
  if (header) {
    const value = textOf(data, header.key);
    if (value === undefined) return undefined;
    const content = (header.format ?? '{}')
      .replaceAll('{base64}', () => Buffer.from(value).toString('base64'))
      .replaceAll('{}', () => value);
    return { headers: { [header.name.toLowerCase()]: checked(plugin, header.key, content) } };
  }
  if (basic) {
    const username = basic.usernameKey === undefined ? undefined : textOf(data, basic.usernameKey);
    const password = textOf(data, basic.passwordKey);
    if (username === undefined && password === undefined) return undefined;
    const pair = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
    return { headers: { authorization: `Basic ${pair}` } };
  }
  if (query) {
    const value = textOf(data, query.key);
    return value === undefined ? undefined : { query: { [query.name]: value } };
  }
  if (headers) return mapOf(plugin, headers.key, textOf(data, headers.key));
  const key = hmac && data[hmac.key];
  if (!hmac || !key) return undefined;
  const { header: name, algorithm, format = '{}' } = hmac;
  const bytes = new Uint8Array(Buffer.from(key, 'base64'));
  return { hmac: { header: name.toLowerCase(), algorithm, format, key: bytes } };
}

/** The headers of a YAML map. What the parser says of a fault stays out of messages: it shows the line, which is secret. */
function mapOf(plugin: string, key: string, text: string | undefined) {
  if (text === undefined) return undefined;
  const map = yamlMap(text);
  if (!map) throw badCredential(plugin, `key ${key} is not a YAML map of header names to values`);
  const entries = Object.entries(map).map(([name, value]) => {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
      throw badCredential(plugin, `key ${key} has a name that is no header name`);
    }
    return [name.toLowerCase(), checked(plugin, key, String(value))] as const;
  });
  return { headers: Object.fromEntries(entries) };
}

function yamlMap(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseYaml(text) ?? {};
    return typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Without the line end that `echo` and editors leave behind; undefined also for an empty entry. */
function textOf(data: Data, key: string): string | undefined {
  const text = Buffer.from(data[key] ?? '', 'base64')
    .toString('utf8')
    .trim();
  return text === '' ? undefined : text;
}

function checked(plugin: string, key: string, value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value;
  throw badCredential(plugin, `key ${key} has characters that no header can carry`);
}
