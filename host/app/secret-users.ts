import { formatKey, keyOf, parseKey } from '../kube/object.ts';
import type { KubeObject, NamespacedName, StoreEvent } from '../kube/types.ts';
import { ReferenceIndex } from './reference-index.ts';
import type { Wakeups } from './wakeups.ts';

export interface SecretUsersOptions<T extends KubeObject> {
  readonly wakeups: Pick<Wakeups, 'onConfigChange'>;
  /** The Secrets of its own namespace that an object names; undefined where it names none. */
  secretsOf(object: T): readonly ({ readonly name: string } | undefined)[];
  /** An object whose Secret changed. */
  wake(key: NamespacedName): void;
}

/** Objects that name Secrets: whoever is watched and changes, wakes them. */
export interface SecretUsers<T extends KubeObject> {
  /** An object came, changed or went. */
  observe(event: StoreEvent<T>): void;
}

/** Wakes objects when a watched Secret (`--watch-configs-label-selector`) that they name changes. */
export function createSecretUsers<T extends KubeObject>(options: SecretUsersOptions<T>): SecretUsers<T> {
  const users = new ReferenceIndex();
  options.wakeups.onConfigChange((config) => {
    for (const key of users.referrers(config)) options.wake(parseKey(key));
  });
  return {
    observe({ type, object }) {
      const { namespace = '' } = object.metadata;
      const named = type === 'deleted' ? [] : options.secretsOf(object).filter((ref) => ref !== undefined);
      users.set(
        formatKey(keyOf(object)),
        named.map(({ name }) => `Secret/${formatKey({ namespace, name })}`),
      );
    },
  };
}
