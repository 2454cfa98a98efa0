import { FluxError } from '../../errors/flux-error.ts';
import type { CacheUser } from '../../observability/cache-metrics.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import type { EgressGrant } from '../../sandbox/types.ts';
import { noInstallation, unexpected } from '../errors.ts';
import { KeptTokens, type KeptTokensOptions } from '../kept-tokens.ts';
import { askTokenService, type TokenCall } from '../request.ts';
import type { AccessToken } from '../types.ts';
import { type AppData, appToken, type GitHubApp, gitHubAppOf } from './app.ts';

/** How GitHub is reached, and for whom to stop. */
export interface Via {
  readonly proxy?: EgressGrant['proxy'];
  readonly tls?: EgressGrant['tls'];
  readonly signal?: AbortSignal;
  /** The object that it is for, in metrics. */
  readonly user?: CacheUser;
}

/** Tokens of GitHub Apps. */
export interface GitHubTokens {
  /**
   * A token of the installation that a Secret describes.
   * @throws FluxError FLUX_E_CLOUD_… with reason AuthenticationFailed
   */
  token(data: AppData, via: Via): Promise<string>;
}

export interface GitHubTokensOptions extends KeptTokensOptions {
  readonly egress: Egress;
  /** Keeps a token out of every text from then on. */
  secret(value: string): void;
}

const cloud = 'GitHub';

export function createGitHubTokens(options: GitHubTokensOptions): GitHubTokens {
  const kept = new KeptTokens<string>(options);
  return {
    async token(data, via) {
      const app = gitHubAppOf(data);
      const { user, signal: _own, ...route } = via;
      const ask = () => installationToken(options.egress, app, route);
      const value = await kept.get(partsOf(data), ask, user);
      options.secret(value);
      return value;
    },
  };
}

async function installationToken(
  egress: Egress,
  app: GitHubApp,
  route: Pick<Via, 'proxy' | 'tls'>,
): Promise<AccessToken> {
  const bearer = await appToken(app, Date.now());
  const ask = (path: string, body?: string) => {
    const call: TokenCall = {
      cloud,
      url: `${app.api}${path}`,
      headers: [
        ['authorization', `Bearer ${bearer}`],
        ['x-github-api-version', '2022-11-28'],
        ['user-agent', 'flux-host'],
      ],
      ...(body === undefined ? {} : { body, type: 'application/json' }),
      ...route,
    };
    return askTokenService(egress, call);
  };
  const id = await installationId(app, ask);
  const { token, expires_at: expiry } = await ask(`/app/installations/${id}/access_tokens`, '{}');
  if (typeof token !== 'string' || token === '') throw unexpected(cloud, 'there is no token in the answer');
  const expiresAt = Date.parse(String(expiry));
  return { value: token, expiresAt: Number.isNaN(expiresAt) ? Date.now() : expiresAt };
}

/** An owner is an organisation or a user: GitHub asks for them in different ways. */
async function installationId(
  { installation }: GitHubApp,
  ask: (path: string) => Promise<Record<string, unknown>>,
): Promise<number> {
  if ('id' in installation) return installation.id;
  const owner = encodeURIComponent(installation.owner);
  const failures: string[] = [];
  for (const [kind, path] of [
    ['organization', `/orgs/${owner}/installation`],
    ['user', `/users/${owner}/installation`],
  ]) {
    try {
      const { id } = await ask(path ?? '');
      if (typeof id === 'number') return id;
      failures.push(`failed to find ${kind} installation: the answer has no id`);
    } catch (error) {
      if (!(error instanceof FluxError) || error.retryAfterMs !== undefined) throw error;
      failures.push(`failed to find ${kind} installation: ${error.message}`);
    }
  }
  throw noInstallation(failures.join('\n'));
}

function partsOf(data: AppData): readonly string[] {
  const fields = ['githubAppID', 'githubAppInstallationID', 'githubAppInstallationOwner', 'githubAppBaseURL'];
  return [...fields, 'githubAppPrivateKey'].map((field) => data[field] ?? '');
}
