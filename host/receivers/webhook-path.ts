import { createHash } from 'node:crypto';
import type { NamespacedName } from '../kube/types.ts';

/** Every webhook's path begins with it. */
export const webhookPrefix = '/hook/';

/**
 * The path of a Receiver: `/hook/` and the SHA-256 of token, name and namespace one after the other, so that nobody can guess it who
 * does not know the token. That is Flux's rule: senders keep their URLs.
 */
export function webhookPath(token: Uint8Array | string, { namespace, name }: NamespacedName): string {
  const digest = createHash('sha256').update(token).update(name).update(namespace).digest('hex');
  return `${webhookPrefix}${digest}`;
}
