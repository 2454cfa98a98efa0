import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { addressKind } from '../sandbox/egress/address.ts';
import { literalAddress } from '../sandbox/egress/grant.ts';
import { addressForbidden } from './errors.ts';

/**
 * Addresses that a kubeconfig of a tenant must not lead to: metadata services hand out the credentials of the machine. Loopback is
 * allowed, as in Flux: tunnels end there.
 * @throws FluxError FLUX_E_REMOTE_ADDRESS for a literal address; names are looked at by {@link checkedLookup}
 */
export function checkServer(url: string): void {
  const { hostname } = new URL(url);
  const address = literalAddress(hostname);
  if (address && addressKind(address) === 'forbidden') throw addressForbidden(hostname, address);
}

/** The operating system's resolver without the forbidden addresses; what it finds is what is connected to. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const usable = found.filter(({ address }) => addressKind(address) !== 'forbidden');
    const [first] = usable;
    if (!first) return callback(addressForbidden(hostname, found[0]?.address ?? 'none'), []);
    if (options.all) return callback(null, usable);
    callback(null, first.address, first.family);
  });
};
