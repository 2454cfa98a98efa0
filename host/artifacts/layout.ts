import { hostname } from 'node:os';
import { join, posix } from 'node:path';
import { formatHostPort, parseAddress } from '../http/address.ts';
import { invalidPath } from './errors.ts';
import type { ArtifactOwner } from './types.ts';

/** Names of the store's own folders; hidden, so that the file server never shows them. */
export const TEMP_DIR = '.tmp';
export const TREES_DIR = '.trees';

/** `<kind>/<namespace>/<name>`. */
export const ownerPath = ({ kind, namespace, name }: ArtifactOwner): string =>
  posix.join(kind.toLowerCase(), namespace, name);

/** `<kind>/<namespace>/<name>/<file>`. */
export const artifactPath = (owner: ArtifactOwner, file: string): string =>
  posix.join(ownerPath(owner), file);

/** URL of a path under the advertised address; empty for an empty path. An address with a scheme is used as it is. */
export function artifactUrl(advertisedAddress: string, path: string): string {
  if (path === '') return '';
  const base = /^https?:\/\//.test(advertisedAddress) ? advertisedAddress : `http://${advertisedAddress}`;
  return `${base}/${path.replace(/^\/+/, '')}`;
}

/**
 * A path below the store's root.
 * @throws FluxError FLUX_E_ARTIFACT_PATH when it names the root itself, climbs out or reaches into a hidden folder
 */
export function storePath(root: string, path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => part.startsWith('.') || /[\\\0]/.test(part)))
    throw invalidPath(path);
  return join(root, ...parts);
}

/**
 * The address that goes into artifact URLs: `--storage-adv-addr`, else `--storage-addr` with a host that others can
 * use (Flux's rules: none means localhost, 0.0.0.0 means this machine's name).
 */
export function advertisedAddress(storageAddr: string, storageAdvAddr = ''): string {
  if (storageAdvAddr) return storageAdvAddr;
  const { host, port } = parseAddress(storageAddr);
  const named = host === '0.0.0.0' ? (process.env['HOSTNAME'] ?? '') || hostname() : host;
  return formatHostPort(named || 'localhost', port);
}
