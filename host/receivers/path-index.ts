import { createHash } from 'node:crypto';
import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { formatKey, keyOf, parseKey } from '../kube/object.ts';
import type { NamespacedName, StoreEvent } from '../kube/types.ts';

/**
 * Finds the Receiver of a path. A path is a secret: it is looked up by its digest, so that the time that this takes tells nothing
 * about paths that begin alike.
 */
export class PathIndex {
  readonly #byDigest = new Map<string, string>();
  readonly #byReceiver = new Map<string, string>();

  observe(event: StoreEvent<Receiver>): void {
    const key = formatKey(keyOf(event.object));
    const path = event.type === 'deleted' ? undefined : event.object.status?.webhookPath;
    const digest = path ? digestOf(path) : undefined;
    const old = this.#byReceiver.get(key);
    if (old === digest) return;
    // Another Receiver may have the path by now.
    if (old !== undefined && this.#byDigest.get(old) === key) this.#byDigest.delete(old);
    if (digest === undefined) {
      this.#byReceiver.delete(key);
      return;
    }
    this.#byReceiver.set(key, digest);
    this.#byDigest.set(digest, key);
  }

  find(path: string): NamespacedName | undefined {
    const key = this.#byDigest.get(digestOf(path));
    return key === undefined ? undefined : parseKey(key);
  }
}

const digestOf = (path: string): string => createHash('sha256').update(path).digest('base64');
