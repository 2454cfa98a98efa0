import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';

/** Much of it is shown in the status of a Plugin, which has to fit into a request to the API server. */
const largest = 512 * 1024;
const mostUses = 50;
const mostEntries = 100;
const longestEntry = 261;

const version = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/;
const useName = /^[A-Za-z0-9]([A-Za-z0-9 ._-]{0,61}[A-Za-z0-9])?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/**
 * What a manifest of the right form must not contain all the same, as the end of a sentence; undefined when it is fine. Names and texts go into
 * conditions, file names and onto terminals, lists into an object of the API server.
 */
export function manifestFault(manifest: PluginManifest): string | undefined {
  const { provides, requests } = manifest;
  const size = JSON.stringify(manifest).length;
  if (size > largest) return `it has ${size} characters, at most ${largest} are allowed`;
  if (!version.test(manifest.version)) return 'version is none such as 1.2.3';
  if (provides.length > mostUses) return `provides has more than ${mostUses} entries`;
  const use = provides.find(({ type, traits = [] }) => !useName.test(type) || !traits.every(isEntry));
  if (use)
    return `provides has the type ${JSON.stringify(use.type.slice(0, 100))}, or traits, that cannot be names`;
  const texts = [manifest.description, manifest.source, manifest.license, requests.timeout, requests.memory];
  if (texts.some((text) => text !== undefined && !isText(text)))
    return 'it has a text with control characters, or a very long one';
  return requestFault(requests);
}

function requestFault({ network, secretKeys, credentials = [], identity }: PluginManifest['requests']) {
  if (!isList(network)) return 'requests.network is not a list of hosts';
  if (!isList(secretKeys)) return 'requests.secretKeys is not a list of keys';
  if (identity && !(isEntry(identity.scope) && isList(identity.hosts)))
    return 'requests.identity is too long, or empty';
  if (credentials.length > 20) return 'requests.credentials has more than 20 entries';
  const wrong = credentials.findIndex((one) => {
    const all = [one.header, one.basic, one.query, one.hmac, one.headers, one.registry, one.storage];
    const ways = all.filter((way) => way !== undefined);
    return ways.length !== 1 || !isList(one.hosts, 20) || !isList(one.requires, 10) || !ways.every(isWay);
  });
  return wrong < 0
    ? undefined
    : `requests.credentials.${wrong} is not one of header, basic, query, hmac, headers, registry and storage`;
}

function isWay(way: object | boolean): boolean {
  return typeof way === 'boolean'
    ? way
    : Object.entries(way).every(([name, value]) =>
        name === 'format' ? isText(String(value)) : isEntry(String(value)),
      );
}

function isList(list: readonly string[] | undefined, most = mostEntries): boolean {
  return list === undefined || (list.length <= most && list.every(isEntry));
}

function isEntry(entry: string): boolean {
  return entry.length > 0 && entry.length <= longestEntry && !unprintable.test(entry);
}

function isText(text: string): boolean {
  return text.length <= 1000 && !unprintable.test(text);
}
