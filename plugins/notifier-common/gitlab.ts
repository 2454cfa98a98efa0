import type { Notification } from '@flux-host/sdk/typescript';
import { invalid } from './failure.ts';
import { parseGitAddress } from './git-address.ts';
import { type Exchange, exchange } from './http.ts';
import { jsonOf } from './json.ts';

/** A password is taken for a token where there is none. */
export const gitlabRequests = {
  network: ['$address'],
  credentials: ['password', 'token'].map((key) => ({ header: { name: 'Private-Token', key } })),
};

/** The API of a GitLab server. */
export interface GitLabClient {
  /** Path of the project below the API. */
  readonly project: string;
  /** @param path below `/api/v4` @throws PluginError for any status but 2xx */
  request(path: string, exchange?: Exchange): Promise<unknown>;
}

/** @throws PluginError in the words of Flux when something is missing */
export function gitlabClient({
  provider,
  secretEntries = [],
}: Pick<Notification<unknown, never>, 'provider' | 'secretEntries'>): GitLabClient {
  if (!['token', 'password'].some((key) => secretEntries.includes(key))) {
    throw invalid('gitlab token cannot be empty', 'put a token into the key token of the Secret');
  }
  const { host, id } = parseGitAddress(provider.address);
  return {
    project: `/projects/${segment(id)}`,
    async request(path, { headers, ...rest } = {}) {
      const url = `${host}/api/v4${path}`;
      return jsonOf(await exchange(url, { headers: { Accept: 'application/json', ...headers }, ...rest }));
    },
  };
}

/** A value as one segment of a path. Dots could be taken for the ending of a format. */
export function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('.', '%2E');
}
