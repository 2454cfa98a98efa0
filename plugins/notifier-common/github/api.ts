import { parseGitAddress, pathParts } from '../git-address.ts';

/** A repository and where its API is. */
export interface GitHubRepository {
  /** Without a slash at the end. */
  readonly api: string;
  readonly owner: string;
  readonly repo: string;
}

export const publicApi = 'https://api.github.com';

/** @throws PluginError when the address is not that of a repository */
export function githubRepository(address: string | undefined): GitHubRepository {
  const parsed = parseGitAddress(address);
  const [owner = '', repo = ''] = pathParts(parsed, 2);
  const url = URL.parse(parsed.host);
  const api = url?.host === 'github.com' ? publicApi : enterpriseApi(parsed.host);
  return { api, owner, repo };
}

/** GitHub Enterprise has its API below a path, but at hosts that are there for the API only. */
export function enterpriseApi(base: string): string {
  const url = base.replace(/\/+$/, '');
  const { host = '' } = URL.parse(url) ?? {};
  const isApi = host.startsWith('api.') || host.includes('.api.') || url.endsWith('/api/v3');
  return isApi ? url : `${url}/api/v3`;
}

/** Headers that all requests to GitHub have. */
export const githubHeaders = {
  Accept: 'application/vnd.github.v3+json',
  'X-GitHub-Api-Version': '2022-11-28',
} as const;
