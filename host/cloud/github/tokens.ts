import { createHash } from 'node:crypto';
import { FluxError } from '../../errors/flux-error.ts';
import { Lru } from '../../lru.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import type { EgressGrant } from '../../sandbox/types.ts';
import { noInstallation, unexpected } from '../errors.ts';
import { askTokenService, type TokenCall } from '../request.ts';
import type { AccessToken } from '../types.ts';
import { type AppData, appToken, type GitHubApp, gitHubAppOf } from './app.ts';

/** How GitHub is reached, and for whom to stop. */
export interface Via {
  readonly proxy?: EgressGrant['proxy'];
  readonly tls?: EgressGrant['tls'];
  readonly signal?: AbortSignal;
}

/** Tokens of GitHub Apps. */
export interface GitHubTokens {
  /**
   * A token of the installation that a Secret describes.
   * @throws FluxError FLUX_E_CLOUD_… with reason AuthenticationFailed
   */
  token(data: AppData, via: Via): Promise<string>;
}

export interface GitHubTokensOptions {
  readonly egress: Egress;
  /** `--token-cache-max-size`; 0: none are kept. */
  readonly cacheSize: number;
  /** `--token-cache-max-duration`, ms. */
  readonly cacheMs: number;
  /** Keeps a token out of every text from then on. */
  secret(value: string): void;
}

const cloud = 'GitHub';
/** Part of its life for which a token is used, as in Flux. */
const usedShare = 0.8;

export function createGitHubTokens(options: GitHubTokensOptions): GitHubTokens {
  const kept = new Lru<{ value: string; until: number }>(options.cacheSize);
  return {
    async token(data, via) {
      const app = gitHubAppOf(data);
      const name = keyOf(data);
      const known = kept.get(name);
      if (known && known.until > Date.now()) return known.value;
      const { value, expiresAt } = await installationToken(options.egress, app, via);
      options.secret(value);
      const left = (expiresAt - Date.now()) * usedShare;
      if (options.cacheSize > 0) {
        kept.set(name, { value, until: Date.now() + Math.min(left, options.cacheMs) });
      }
      return value;
    },
  };
}

async function installationToken(egress: Egress, app: GitHubApp, via: Via): Promise<AccessToken> {
  const bearer = await appToken(app, Date.now());
  const ask = (path: string, body?: string) => {
    const { signal, ...route } = via;
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
    return askTokenService(egress, call, signal);
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

/** A digest: the private key must not be kept in a cache's name. */
function keyOf(data: AppData): string {
  const fields = ['githubAppID', 'githubAppInstallationID', 'githubAppInstallationOwner', 'githubAppBaseURL'];
  const parts = [...fields, 'githubAppPrivateKey'].map((field) => data[field] ?? '');
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
