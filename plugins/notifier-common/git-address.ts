import { invalid } from './failure.ts';

/** Where a repository is. */
export interface GitAddress {
  /** Scheme and host; SSH stands for HTTPS. */
  readonly host: string;
  /** Path without `/` in front and `.git` behind: `owner/repo`. */
  readonly id: string;
}

const transports = new Set([
  'ssh:',
  'git:',
  'git+ssh:',
  'http:',
  'https:',
  'ftp:',
  'ftps:',
  'rsync:',
  'file:',
]);

/** Reads an address as Git understands it: an URL, `git@host:owner/repo.git`, or a path. */
export function parseGitAddress(address: string | undefined): GitAddress {
  const text = address ?? '';
  const url = URL.parse(text);
  if (url && transports.has(url.protocol) && text.includes('://')) {
    const scheme = url.protocol === 'ssh:' ? 'https:' : url.protocol;
    return { host: `${scheme}//${url.host}`, id: idOf(decodeURIComponent(url.pathname)) };
  }
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)([\w./~-]+)$/.exec(text);
  if (scp?.[1] !== undefined && scp[2] !== undefined) return { host: `https://${scp[1]}`, id: idOf(scp[2]) };
  return { host: 'file://', id: idOf(text) };
}

/**
 * The parts of the repository's path.
 * @throws PluginError unless there are `count` of them
 */
export function pathParts({ id }: GitAddress, count: number): string[] {
  const parts = id.split('/');
  if (parts.length === count && parts.every((part) => part !== '')) return parts;
  throw invalid(
    `invalid repository id: '${id}'`,
    'spec.address of the Provider has to be that of a repository',
  );
}

function idOf(path: string): string {
  return path.replace(/^\/+/, '').replace(/\.git$/, '');
}
