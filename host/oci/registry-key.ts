import { invalidDockerConfig } from './errors.ts';
import { dockerHub } from './reference.ts';
import type { Repository } from './types.ts';

/** Docker Hub's names for itself in configurations. */
const dockerHubAliases = new Set(['docker.io', 'registry-1.docker.io']);

/**
 * The key of an entry of a Docker configuration without scheme and API version: `https://index.docker.io/v1/` is `index.docker.io`.
 * @throws FluxError FLUX_E_OCI_CREDENTIALS for what is no address
 */
export function registryKey(name: string): string {
  const [, address = ''] = /^(?:https?:\/\/)?(.*)$/.exec(name) ?? [];
  const slash = address.indexOf('/');
  const host = slash < 0 ? address : address.slice(0, slash);
  if (host === '' || /[\s@?#]/.test(address)) throw invalidDockerConfig(`"${name}" is no registry`);
  const path = (slash < 0 ? '' : address.slice(slash)).replace(/^\/v[12]\//, '/');
  return `${dockerHubAliases.has(host) ? dockerHub : host}${path === '/' ? '' : path}`;
}

/** Whether an entry is for a repository: each part of the host fits, the port is the same, and the path begins like that of the entry. */
export function matchesRegistryKey(key: string, { registry, name }: Repository): boolean {
  const slash = key.indexOf('/');
  const path = slash < 0 ? '' : key.slice(slash);
  if (!`/${name}`.startsWith(path)) return false;
  const wanted = split(slash < 0 ? key : key.slice(0, slash));
  const actual = split(registry);
  return (
    wanted.port === actual.port &&
    wanted.parts.length === actual.parts.length &&
    wanted.parts.every((part, index) => matchesPart(part, actual.parts[index] ?? ''))
  );
}

function split(host: string): { parts: string[]; port: string } {
  const [, name = host, port = ''] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return { parts: name.split('.'), port };
}

/** `*` stands for any characters, `?` for one; in linear time, since users write the patterns. */
function matchesPart(pattern: string, part: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  let index = 0;
  while (index < part.length) {
    if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === part[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
