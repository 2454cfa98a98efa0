import { isIP } from 'node:net';
import { addressKind } from './address.ts';
import { badRequest, forbiddenAddress, notGranted, type Target } from './errors.ts';

/** An entry of a grant: a host pattern with an optional port. */
interface Entry {
  readonly host: string;
  readonly port: number | null;
}

function parse(text: string): Entry | null {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:\s/@[\]]+)(?::(\d{1,5}))?$/.exec(text.trim());
  if (!match) return null;
  const pattern = match[1]?.toLowerCase() ?? '';
  const port = match[2] === undefined ? null : Number(match[2]);
  if (pattern.includes('*') && pattern !== '*' && !/^\*\.[^*]+$/.test(pattern)) return null;
  return { host: pattern.includes('*') ? pattern : (normalHost(pattern) ?? pattern), port };
}

/** A host as URLs write it: lower case, punycode, IPv4 in dots, IPv6 in brackets; null when it is none. */
export function normalHost(host: string): string | null {
  const bare = isIP(host) === 6 ? `[${host}]` : host;
  if (/[/@?#\s\\]/.test(bare)) return null;
  const url = URL.parse(`http://${bare}:1`);
  if (url?.port !== '1' || url.username !== '') return null;
  return url.hostname.replace(/\.$/, '');
}

/** The address inside of a host that is one; null for a name. */
export function literalAddress(host: string): string | null {
  const bare = host.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? null : bare;
}

/** Whether a host names the loopback interface itself, so that leading there is no surprise. */
export function isLoopbackName(host: string): boolean {
  const address = literalAddress(host);
  if (address) return addressKind(address) === 'loopback';
  return host === 'localhost' || host.endsWith('.localhost');
}

function covers({ host, port }: Entry, target: Target): boolean {
  if (port !== null && port !== target.port) return false;
  if (host === target.host) return true;
  // A pattern says "the world", not "this machine".
  if (isLoopbackName(target.host)) return false;
  if (host === '*') return true;
  return host.startsWith('*.') && literalAddress(target.host) === null && target.host.endsWith(host.slice(1));
}

/** Whether an entry of a grant (`host`, `host:port`, `*.host`, `*`) covers a target. */
export function matchesHost(text: string, target: Target): boolean {
  const entry = parse(text);
  return entry !== null && covers(entry, target);
}

/**
 * Checks a target against a grant, before any name is looked up. An entry without a port covers every port.
 * @throws FluxError FLUX_E_EGRESS_DENIED with the line to add, FLUX_E_EGRESS_ADDRESS
 */
export function checkGrant(allow: readonly string[], target: Target): void {
  const address = literalAddress(target.host);
  if (address && addressKind(address) === 'forbidden') throw forbiddenAddress(target, target.host, false);
  if (!allow.some((text) => matchesHost(text, target))) throw notGranted(target);
}

/** @throws FluxError for what is no host or port */
export function targetOf(host: string, port: number): Target {
  const normal = normalHost(host);
  if (normal === null) throw badRequest(`"${host}" is no host`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badRequest(`${port} is no port`);
  return { host: normal, port };
}

/** @throws FluxError for what is no absolute http or https URL */
export function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url) throw badRequest('its URL is not absolute or not valid');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw badRequest(`it cannot use ${url.protocol}`);
  return url;
}

export function targetOfUrl(url: URL): Target {
  const standard = url.protocol === 'https:' ? 443 : 80;
  return { host: url.hostname.replace(/\.$/, ''), port: url.port === '' ? standard : Number(url.port) };
}
