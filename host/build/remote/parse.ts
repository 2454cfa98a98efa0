import { remoteBaseUnsupported } from '../errors.ts';

/** A remote base that is a folder of a Git repository. */
export interface GitBase {
  readonly type: 'git';
  /** URL that Git understands: https://, http:// or ssh://. */
  readonly repository: string;
  /** Folder in the repository; empty for its root. */
  readonly path: string;
  /** Branch, tag or commit; empty for the default branch. */
  readonly ref: string;
  readonly submodules: boolean;
}

/** A remote base that may be a single file. A host that answers with an error may still have a repository there. */
export interface HttpBase {
  readonly type: 'http';
  readonly url: string;
  /** What it is if it is no file. */
  readonly git?: GitBase;
}

/**
 * Reads what kustomize accepts as a remote base: `https://host/org/repo//path?ref=v1`, `git@host:org/repo`,
 * `github.com/org/repo`, `ssh://…`, `git::…`, or the URL of a file.
 * @throws FluxError FLUX_E_BUILD_REMOTE_BASE_UNSUPPORTED
 */
export function parseRemoteBase(base: string): GitBase | HttpBase {
  const [address = '', query = ''] = base.split(/\?(.*)/s);
  const { scheme, user, rest } = parseAddress(base, address);
  const separator = scheme ? rest.indexOf('/') : rest.search(/[:/]/);
  const host = rest.slice(0, separator);
  if (separator < 1) throw remoteBaseUnsupported(base, 'it names no host');
  const parts = splitRepository(rest.slice(separator + 1));
  const parameters = new URLSearchParams(query);
  const isWeb = scheme === 'https' || scheme === 'http' || (!scheme && !user);
  const git: GitBase | undefined = parts && {
    type: 'git',
    repository: `${isWeb ? scheme || 'https' : 'ssh'}://${user}${host}/${parts.repository}`,
    path: parts.path,
    ref: parameters.get('ref') || parameters.get('version') || '',
    submodules: !['false', '0', 'f', 'F', 'FALSE', 'False'].includes(parameters.get('submodules') ?? ''),
  };
  if (git?.path.split('/').includes('..'))
    throw remoteBaseUnsupported(base, 'its path leaves the repository');
  if (/^https?$/.test(scheme) && !isCertainlyGit(address, parameters)) {
    return { type: 'http', url: base, ...(git ? { git } : {}) };
  }
  if (!git) throw remoteBaseUnsupported(base, 'it names no repository');
  return git;
}

function parseAddress(base: string, address: string): { scheme: string; user: string; rest: string } {
  const forced = address.replace(/^git::/i, '');
  const scheme = /^(https?|ssh|file):\/\//i.exec(forced)?.[1]?.toLowerCase() ?? '';
  if (scheme === 'file') throw remoteBaseUnsupported(base, 'file:// would read the host’s own disk');
  const remaining = scheme ? forced.slice(scheme.length + 3) : forced;
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(remaining)?.[0] ?? '';
  return { scheme, user: scheme.startsWith('http') ? '' : user, rest: remaining.slice(user.length) };
}

/** `_git/`, `//` and `.git` mark the end of the repository; without them it is the first two segments. */
function splitRepository(path: string): { repository: string; path: string } | undefined {
  const azure = /^(.*?_git\/[^/]+)\/?(.*)$/s.exec(path);
  const slashes = path.indexOf('//');
  const suffix = path.indexOf('.git');
  let split: readonly [string, string] | undefined;
  if (azure) split = [azure[1] ?? '', azure[2] ?? ''];
  else if (slashes >= 0) split = [path.slice(0, slashes), path.slice(slashes + 2)];
  else if (suffix >= 0) split = [path.slice(0, suffix + 4), path.slice(suffix + 4)];
  else {
    const segments = path.split('/');
    if (segments.length >= 2) split = [segments.slice(0, 2).join('/'), segments.slice(2).join('/')];
  }
  return split?.[0] ? { repository: split[0], path: split[1].replace(/^\/+|\/+$/g, '') } : undefined;
}

/** A file's URL has none of these. */
function isCertainlyGit(address: string, parameters: URLSearchParams): boolean {
  const path = address.replace(/^[a-z:]*\/\//i, '');
  return parameters.has('ref') || path.includes('//') || path.includes('.git') || path.includes('_git/');
}
