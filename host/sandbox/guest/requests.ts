import type { HttpRequest, HttpSave, TcpRequest } from '@flux-host/sdk/contract/host-functions.ts';
import { HostError } from './bridge.ts';

function malformed(what: string): HostError {
  return new HostError({ code: 'FLUX_E_PLUGIN_ABI', message: `the request is not as it should be: ${what}` });
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('not an object');
  return { ...value };
}

function optional<T>(
  value: unknown,
  type: 'string' | 'number' | 'boolean',
  convert: (value: unknown) => T,
): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) throw malformed(`${String(value)} is no ${type}`);
  return convert(value);
}

/** Checks the argument of `flux_http_open`; @throws HostError */
export function httpRequest(value: unknown): HttpRequest {
  const { method, url, headers, stream, ahead, length, timeoutMs, redirects } = record(value);
  if (typeof url !== 'string') throw malformed('url is missing');
  const list = headers ?? [];
  if (!Array.isArray(list)) throw malformed('headers is no list');
  return {
    url,
    method: optional(method, 'string', String) ?? 'GET',
    headers: list.map((pair) => {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') {
        throw malformed('a header is no pair of strings');
      }
      return [pair[0], pair[1]] as const;
    }),
    stream: optional(stream, 'boolean', Boolean) ?? false,
    ahead: optional(ahead, 'boolean', Boolean) ?? false,
    redirects: optional(redirects, 'number', Number) ?? 0,
    ...defined('length', optional(length, 'number', Number)),
    ...defined('timeoutMs', optional(timeoutMs, 'number', Number)),
  };
}

/** Checks the argument of `flux_http_save`; @throws HostError */
export function httpSave(value: unknown): HttpSave {
  const { path, digest, unpack, maxBytes } = record(value);
  if (typeof path !== 'string') throw malformed('path is missing');
  if (unpack !== undefined && unpack !== 'tar' && unpack !== 'tar+gzip') {
    throw malformed(`${String(unpack)} is no way to unpack`);
  }
  const expected = optional(digest, 'string', String);
  return {
    path,
    ...(expected === undefined ? {} : { digest: expected }),
    ...(unpack === undefined ? {} : { unpack }),
    ...defined('maxBytes', optional(maxBytes, 'number', Number)),
  };
}

/** Checks the argument of `flux_tcp_open`; @throws HostError */
export function tcpRequest(value: unknown): TcpRequest {
  const { host, port, tls, greeting, timeoutMs } = record(value);
  if (typeof host !== 'string' || typeof port !== 'number') throw malformed('host or port is missing');
  return {
    host,
    port,
    tls: optional(tls, 'boolean', Boolean) ?? false,
    greeting: optional(greeting, 'boolean', Boolean) ?? false,
    ...defined('timeoutMs', optional(timeoutMs, 'number', Number)),
  };
}

function defined<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  const object: Partial<Record<K, number>> = {};
  if (value !== undefined) object[key] = value;
  return object;
}
