import { PluginError, type Secret } from '@flux-host/sdk/typescript';
import { invalid, within } from '../failure.ts';
import { exchange } from '../http.ts';
import { at, jsonOf, textAt } from '../json.ts';
import { signedToken } from '../rsa/jwt.ts';
import { type PrivateKey, privateKeyOf } from '../rsa/private-key.ts';
import { enterpriseApi, githubHeaders, publicApi } from './api.ts';
import type { appKeys } from './requests.ts';

/** The Secret of a GitHub App. */
export type AppSecret = Secret<(typeof appKeys)[number]>;

interface App {
  readonly api: string;
  readonly id: number;
  readonly key: PrivateKey;
  readonly installation: { readonly id: number } | { readonly owner: string };
}

/** Clocks differ: GitHub refuses tokens of the future. Seconds. */
const clockDrift = 30;
const tokenLife = 120;

/**
 * Gets a token of the App's installation.
 * @throws PluginError when the Secret does not describe an App, or GitHub refuses
 */
export async function installationToken(
  secret: AppSecret,
): Promise<{ readonly token: string; slug(): Promise<string> }> {
  const app = appOf(secret);
  const headers = { ...githubHeaders, Authorization: `Bearer ${appToken(app)}` };
  const get = async (path: string) => jsonOf(await exchange(`${app.api}${path}`, { headers }));
  const id = await installationId(app, get);
  const url = `${app.api}/app/installations/${id}/access_tokens`;
  const response = await within('failed to get an installation token of the GitHub App', () =>
    exchange(url, { method: 'POST', headers }),
  );
  const token = textAt(await jsonOf(response), 'token');
  if (token === '') throw new PluginError('GitHub gave no installation token for the App');
  const slug = async () => textAt(await within('failed to get app information', () => get('/app')), 'slug');
  return { token, slug };
}

function appOf(secret: AppSecret): App {
  const id = numberOf(secret.get('githubAppID'));
  const installationId = numberOf(secret.get('githubAppInstallationID'));
  const owner = secret.get('githubAppInstallationOwner')?.trim();
  if (!id) throw invalid('app ID must be provided to use github app authentication');
  if (!owner && !installationId) {
    throw invalid('app installation owner or ID must be provided to use github app authentication');
  }
  if (owner && installationId) {
    throw invalid(
      'only one of app installation owner or ID must be provided to use github app authentication',
    );
  }
  const pem = secret.get('githubAppPrivateKey');
  if (!pem) throw invalid('private key must be provided to use github app authentication');
  const base = secret.get('githubAppBaseURL')?.trim();
  return {
    id,
    key: keyOf(pem),
    api: base ? enterpriseApi(base) : publicApi,
    installation: owner ? { owner } : { id: installationId },
  };
}

function keyOf(pem: string): PrivateKey {
  try {
    return privateKeyOf(pem);
  } catch (error) {
    throw invalid(`could not parse private key: ${error instanceof Error ? error.message : ''}`);
  }
}

function numberOf(text: string | undefined): number {
  return /^\s*\d+\s*$/.test(text ?? '') ? Number(text) : 0;
}

function appToken({ id, key }: App): string {
  const iat = Math.floor(Date.now() / 1000) - clockDrift;
  return signedToken({ iss: String(id), iat, exp: iat + tokenLife }, key);
}

/** An owner is an organisation or a user: GitHub asks for them in different ways. */
async function installationId(app: App, get: (path: string) => Promise<unknown>): Promise<number> {
  if ('id' in app.installation) return app.installation.id;
  const owner = encodeURIComponent(app.installation.owner);
  const ask = async (kind: string, path: string) =>
    within(`failed to find ${kind} installation`, async () => {
      const id = at(await get(path), 'id');
      if (typeof id === 'number') return id;
      throw new PluginError('the answer has no id');
    });
  try {
    return await ask('organization', `/orgs/${owner}/installation`);
  } catch {
    return ask('user', `/users/${owner}/installation`);
  }
}
