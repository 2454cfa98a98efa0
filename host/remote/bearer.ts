import { readFile } from 'node:fs/promises';
import { noHostIdentity } from '../cloud/errors.ts';
import { requestToken } from '../cloud/service-account.ts';
import type { Account } from '../cloud/types.ts';
import { errorText } from '../errors/text.ts';
import type { BearerSource } from '../kube/cluster.ts';
import type { KubeClient, NamespacedName } from '../kube/types.ts';

/** Part of its life for which a token is used, as in Flux. */
const usedShare = 0.8;

export interface AccountTokens {
  readonly client: KubeClient;
  readonly account: Account;
  readonly audiences: readonly string[];
  /** Keeps a token out of every text from then on. */
  secret(value: string): void;
}

/** Tokens that the own API server issues for a ServiceAccount, for a cluster that trusts its issuer. */
export function accountTokens({ client, account, audiences, secret }: AccountTokens): BearerSource {
  let current: { readonly value: Promise<string>; until: number } | undefined;

  async function ask(): Promise<string> {
    const { serviceAccountName: name, namespace } = account;
    const key = name ? { namespace, name } : await ownAccount();
    const { value, expiresAt } = await requestToken(client, key, audiences);
    secret(value);
    if (current) current.until = Date.now() + (expiresAt - Date.now()) * usedShare;
    return value;
  }

  return {
    get() {
      if (current && current.until > Date.now()) return current.value;
      const value = ask();
      const asked = { value, until: Number.POSITIVE_INFINITY };
      current = asked;
      value.catch(() => {
        if (current === asked) current = undefined;
      });
      return value;
    },
    invalidate() {
      current = undefined;
    },
  };
}

const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** The account of the pod that the host runs in, as its own token says. */
async function ownAccount(): Promise<NamespacedName> {
  const token = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    throw noHostIdentity('a Kubernetes ServiceAccount', errorText(error));
  });
  const [, payload = ''] = token.split('.');
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8') || 'null');
  const subject = typeof claims === 'object' && claims !== null && 'sub' in claims ? String(claims.sub) : '';
  const [, , namespace, name] = subject.split(':');
  if (!namespace || !name) throw noHostIdentity('a Kubernetes ServiceAccount', 'its token names none');
  return { namespace, name };
}
