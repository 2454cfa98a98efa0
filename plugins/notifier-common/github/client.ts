import type { Notification } from '@flux-host/sdk/typescript';
import { invalid, within } from '../failure.ts';
import { type Exchange, exchange } from '../http.ts';
import { jsonOf, textAt } from '../json.ts';
import { type GitHubRepository, githubHeaders, githubRepository } from './api.ts';
import { type AppSecret, installationToken } from './app.ts';

/** A repository on GitHub, with the right to use it. */
export interface GitHubClient {
  readonly repository: GitHubRepository;
  /** @param path below the API of the repository, with a slash in front @throws PluginError for any status but 2xx */
  request(path: string, exchange?: Exchange): Promise<unknown>;
  /** Name under which comments are written. */
  login(): Promise<string>;
}

type Call = Pick<Notification<unknown, never>, 'provider' | 'secretEntries'> & { readonly secret: AppSecret };

/** @throws PluginError in the words of Flux when something is missing */
export async function githubClient({ provider, secretEntries = [], secret }: Call): Promise<GitHubClient> {
  const hasToken = ['token', 'password'].some((key) => secretEntries.includes(key));
  if (!hasToken && !secretEntries.includes('githubAppID')) {
    throw invalid(
      'github token or github app details must be specified',
      'put a token into the key token of the Secret',
    );
  }
  const app = hasToken ? undefined : await installationToken(secret);
  const repository = githubRepository(provider.address);
  // A token of the Secret is added by the host.
  const headers = { ...githubHeaders, ...(app ? { Authorization: `Bearer ${app.token}` } : {}) };
  const ask = async (path: string, { headers: more, ...rest }: Exchange = {}) =>
    exchange(`${repository.api}${path}`, { headers: { ...headers, ...more }, ...rest });
  const { owner, repo } = repository;
  return {
    repository,
    async request(path, options) {
      const response = await ask(`/repos/${owner}/${repo}${path}`, options);
      return response.status === 204 ? undefined : jsonOf(response);
    },
    async login() {
      if (app) return `${await app.slug()}[bot]`;
      return within('failed to get authenticated user info', async () =>
        textAt(await jsonOf(await ask('/user')), 'login'),
      );
    },
  };
}
