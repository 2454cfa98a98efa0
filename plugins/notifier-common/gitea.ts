import type { Notification } from '@flux-host/sdk/typescript';
import { invalid, within } from './failure.ts';
import { parseGitAddress, pathParts } from './git-address.ts';
import { type Exchange, exchange } from './http.ts';
import { jsonOf, textAt } from './json.ts';

/** A password is taken for a token where there is none. */
export const giteaRequests = {
  network: ['$address'],
  credentials: ['password', 'token'].map((key) => ({
    header: { name: 'Authorization', key, format: 'token {}' },
  })),
};

/** A repository on Gitea or Forgejo. */
export interface GiteaClient {
  /** @param path below the API of the repository @throws PluginError for any status but 2xx */
  request(path: string, exchange?: Exchange): Promise<unknown>;
  /** Name of the user that the token is of. */
  login(): Promise<string>;
}

/** @throws PluginError in the words of Flux when something is missing, or the server is none of Gitea's kind */
export async function giteaClient({
  provider,
  secretEntries = [],
}: Pick<Notification<unknown, never>, 'provider' | 'secretEntries'>): Promise<GiteaClient> {
  if (!['token', 'password'].some((key) => secretEntries.includes(key))) {
    throw invalid('gitea token cannot be empty', 'put a token into the key token of the Secret');
  }
  const address = parseGitAddress(provider.address);
  const [owner = '', repo = ''] = pathParts(address, 2).map(encodeURIComponent);
  const ask = async (path: string, options: Exchange = {}) =>
    jsonOf(await exchange(`${address.host}/api/v1${path}`, options));
  await within('failed creating Gitea client', () => ask('/version'));
  return {
    request: (path, options) => ask(`/repos/${owner}/${repo}${path}`, options),
    login: () =>
      within('failed to get authenticated user info', async () => textAt(await ask('/user'), 'login')),
  };
}
