import { errorText } from '../errors/text.ts';
import { type SecretData as Entries, secretData } from '../kube/core.ts';
import { isKube } from '../kube/errors.ts';
import type { KubeClient, NamespacedName } from '../kube/types.ts';
import type { Redactor } from '../observability/redact.ts';
import { secretUnusable } from './errors.ts';

/** Data of a Secret, base64 as Kubernetes has it; `token` is there. */
export type SecretData = Entries & { readonly token: string };

export interface SecretReader {
  readonly client: KubeClient;
  readonly redactor: Redactor;
}

/**
 * Reads the Secret of a Receiver; its token is kept out of every text from then on.
 * @throws FluxError FLUX_E_RECEIVER_SECRET, reason TokenNotFound, when it is missing or has no token
 */
export async function readReceiverSecret(
  { client, redactor }: SecretReader,
  key: NamespacedName,
  signal: AbortSignal,
): Promise<SecretData> {
  const name = `${key.namespace}/${key.name}`;
  const data = await secretData(client, key, signal).catch((cause: unknown) => {
    throw secretUnusable(`unable to read token from secret '${name}' error: ${errorText(cause)}`, {
      cause,
      ...(isKube(cause, 'notFound') ? { hint: `create the Secret with a key "token"` } : {}),
    });
  });
  const { token } = data;
  if (token === undefined) {
    throw secretUnusable(`invalid '${name}' secret data: required fields 'token'`, {
      hint: 'add the key "token" to the Secret',
    });
  }
  redactor.add(Buffer.from(token, 'base64').toString('utf8'));
  return { ...data, token };
}
