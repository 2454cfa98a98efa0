/** A repository of a Git service. */
export interface GitAddress {
  /** URL of the service, without a path. */
  readonly host: string;
  /** Path of the repository there, e.g. `org/app`. */
  readonly id: string;
}

const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/]*@)?([^/?#]*)\/*([^?#]*)/i;
/** `git@host:path`, as in `git clone`. */
const scp = /^(?:[\w.-]+@)?([\w.-]+):\/*(.+)$/;

/**
 * Reads the address of a repository as users write it: an HTTP or SSH URL, or git's short form. Services are talked to over HTTPS where the
 * repository is cloned over SSH.
 * @throws Error when it is none of them
 */
export function parseGitAddress(address: string): GitAddress {
  const [, scheme, server, path = ''] = url.exec(address) ?? [];
  if (scheme && server) return { host: `${httpScheme(scheme)}://${server}`, id: repositoryOf(path) };
  const [, host, rest] = scp.exec(address) ?? [];
  if (host && rest) return { host: `https://${host}`, id: repositoryOf(rest) };
  throw new Error(`failed parsing URL ${JSON.stringify(address)}`);
}

const httpScheme = (scheme: string): string =>
  scheme.toLowerCase() === 'ssh' ? 'https' : scheme.toLowerCase();

const repositoryOf = (path: string): string => path.replace(/\.git$/, '');
