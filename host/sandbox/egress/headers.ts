import { badRequest } from './errors.ts';

export type Headers = readonly (readonly [name: string, value: string])[];

/** Belong to one connection (RFC 9110 §7.6.1), or are the host's to set. */
const notForwarded = new Set([
  ...[
    'connection',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
  ],
  ...['host', 'content-length', 'proxy-authorization', 'proxy-authenticate'],
]);

/** Say who asks, and are for one origin only. */
const sensitive = new Set(['authorization', 'cookie', 'www-authenticate']);

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const mostBytes = 64 * 1024;

/**
 * Headers of a plugin as they go out: none that would change who is asked or where a message ends.
 * @throws FluxError FLUX_E_EGRESS_REQUEST for what would inject something
 */
export function requestHeaders(headers: Headers): [string, string][] {
  let size = 0;
  const named = new Set(
    headers.flatMap(([name, value]) => (name.toLowerCase() === 'connection' ? list(value) : [])),
  );
  return headers.flatMap(([name, value]): [string, string][] => {
    if (!token.test(name)) throw badRequest(`${JSON.stringify(name.slice(0, 50))} is no header name`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value) || /[^\u0000-\u00ff]/.test(value)) {
      throw badRequest(`the value of header ${name} has characters that are not allowed`);
    }
    size += name.length + value.length;
    if (size > mostBytes) throw badRequest(`its headers are larger than ${mostBytes} bytes`);
    const lower = name.toLowerCase();
    return notForwarded.has(lower) || named.has(lower) ? [] : [[lower, value]];
  });
}

function list(value: string): string[] {
  return value.split(',').map((part) => part.trim().toLowerCase());
}

/** The headers for another origin. */
export function withoutSensitive(headers: Headers): [string, string][] {
  return headers.filter(([name]) => !sensitive.has(name)).map(([name, value]) => [name, value]);
}

/** Puts the host's headers in place of the plugin's of the same name. */
export function withCredentials(
  headers: Headers,
  added: Readonly<Record<string, string>>,
): [string, string][] {
  const names = new Set(Object.keys(added).map((name) => name.toLowerCase()));
  return [
    ...headers.filter(([name]) => !names.has(name)).map(([name, value]): [string, string] => [name, value]),
    ...Object.entries(added).map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  ];
}

/** The headers of a response as pairs, hop-by-hop ones left out. */
export function responseHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || (notForwarded.has(name) && name !== 'content-length')) return [];
    return (Array.isArray(value) ? value : [value]).map((one) => [name, one]);
  });
}
