import { errorText } from '../errors/text.ts';
import { serviceAccounts } from '../kube/core.ts';
import type { KubeClient, NamespacedName } from '../kube/types.ts';
import { noServiceAccount } from './errors.ts';
import type { AccessToken } from './types.ts';

/** The least that the API server gives. */
const expirationSeconds = 600;

/** Annotations of a ServiceAccount: they say which identity of a cloud it stands for. */
export async function annotationsOf(
  client: KubeClient,
  key: NamespacedName,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  try {
    const { metadata } = await client.getMetadata(serviceAccounts, key, signal ? { signal } : {});
    return metadata.annotations ?? {};
  } catch (error) {
    if (signal?.aborted) throw error;
    throw noServiceAccount(`${key.namespace}/${key.name}`, errorText(error));
  }
}

/** A token of a ServiceAccount for one audience (TokenRequest API). */
export async function serviceAccountToken(
  client: KubeClient,
  key: NamespacedName,
  audience: string,
  signal?: AbortSignal,
): Promise<string> {
  return (await requestToken(client, key, [audience], signal)).value;
}

/**
 * A token of a ServiceAccount and when it expires; without audiences it is for the API server itself.
 * @throws FluxError FLUX_E_CLOUD_ACCOUNT
 */
export async function requestToken(
  client: KubeClient,
  key: NamespacedName,
  audiences: readonly string[],
  signal?: AbortSignal,
): Promise<AccessToken> {
  const path = `/api/v1/namespaces/${encodeURIComponent(key.namespace)}/serviceaccounts/${encodeURIComponent(key.name)}/token`;
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences, expirationSeconds },
  };
  try {
    const answer: unknown = await client.request('POST', path, { body, ...(signal ? { signal } : {}) });
    const token = tokenIn(answer);
    if (token) return token;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw noServiceAccount(`${key.namespace}/${key.name}`, errorText(error));
  }
  throw noServiceAccount(`${key.namespace}/${key.name}`, 'the API server answers without one');
}

function tokenIn(answer: unknown): AccessToken | undefined {
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) return undefined;
  const { status } = answer;
  if (typeof status !== 'object' || status === null || !('token' in status)) return undefined;
  if (typeof status.token !== 'string') return undefined;
  const stamp = 'expirationTimestamp' in status ? Date.parse(String(status.expirationTimestamp)) : Number.NaN;
  return {
    value: status.token,
    expiresAt: Number.isNaN(stamp) ? Date.now() + expirationSeconds * 1000 : stamp,
  };
}
