import { createReflector } from '../../kube/reflector.ts';
import { jitter, pause } from '../../kube/retry.ts';
import type {
  GroupVersionKind,
  KubeClient,
  NamespacedName,
  PartialObject,
  StoreEvent,
} from '../../kube/types.ts';
import { fingerprint } from '../fingerprint.ts';

/** All that is kept of a watched object. */
export interface Seen extends PartialObject {
  readonly fingerprint?: string;
}

export interface KindWatchOptions {
  readonly client: KubeClient;
  readonly gvk: GroupVersionKind;
  /** Key of the label that all objects of owners have. */
  readonly label: string;
  onEvent(event: StoreEvent<Seen>): void;
  /** The first list is in. */
  onSynced(): void;
  onError(error: unknown): void;
  onMissed(count: number): void;
}

/** Watch of the metadata of one kind's objects that belong to owners. */
export interface KindWatch {
  readonly synced: boolean;
  /** Objects seen. */
  readonly size: number;
  get(key: NamespacedName): Seen | undefined;
  stop(): void;
}

/** How often discovery is asked for a kind that is not served, ms. */
const unservedMs = 10_000;

export function watchKind(options: KindWatchOptions): KindWatch {
  const { client, gvk, label } = options;
  const stop = new AbortController();
  let reflector: ReturnType<typeof createReflector<Seen>> | undefined;

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        const resource = await client.resourceFor(gvk, { signal: stop.signal });
        const { onEvent, onError, onMissed } = options;
        reflector = createReflector<Seen>({
          client,
          resource,
          labelSelector: label,
          metadataOnly: true,
          transform: essence,
          onEvent,
          onError,
          onMissed,
        });
        await reflector.start(stop.signal);
        options.onSynced();
        return;
      } catch (error) {
        if (stop.signal.aborted) return;
        options.onError(error);
        await pause(jitter(unservedMs), stop.signal).catch(() => {});
      }
    }
  }

  void run();
  return {
    get synced() {
      return reflector?.synced ?? false;
    },
    get size() {
      return reflector?.store.size ?? 0;
    },
    get: (key) => reflector?.store.get(key),
    stop: () => stop.abort(),
  };
}

/** The name, the version and a digest of an object: a tenth of its metadata. */
function essence(object: Seen): Seen {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: '',
    kind: '',
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
    },
    fingerprint: fingerprint(object),
  };
}
