import { isIPv4 } from 'node:net';
import { FluxError } from '../errors/flux-error.ts';

export type Scheme = 'http' | 'https';

/**
 * What to try for a registry, in this order. As in Flux (go-containerregistry) plain HTTP is an option where a user allows it, and for this machine and
 * private IPv4 addresses.
 */
export function schemesFor(registry: string, insecure: boolean): readonly Scheme[] {
  return insecure || isLocal(registry) ? ['https', 'http'] : ['https'];
}

function isLocal(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]') return true;
  return isIPv4(host) && /^(127\.0\.0\.1$|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
}

/**
 * Whether a failure says that the registry speaks no TLS there. One with the wrong certificate does: what was meant for it is not sent in plain text
 * instead.
 */
export function speaksNoTls(error: unknown): boolean {
  if (!(error instanceof FluxError) || error.code !== 'FLUX_E_OCI_NETWORK') return false;
  const { cause } = error;
  if (!(cause instanceof FluxError)) return false;
  if (cause.code === 'FLUX_E_EGRESS_REFUSED') return true;
  return cause.code === 'FLUX_E_EGRESS_TLS' && !cause.message.startsWith('the certificate of');
}
