import { isKube } from '../../kube/errors.ts';
import { formatApiVersion, formatKey, keyOf } from '../../kube/object.ts';
import { createReflector } from '../../kube/reflector.ts';
import type { ApiResource, KubeClient, KubeObject, NamespacedName } from '../../kube/types.ts';

/** A collection to watch. */
export interface WatchScope {
  readonly client: KubeClient;
  /** Names cluster and identity of `client`; watches are shared between clients of the same name. */
  readonly identity?: string | undefined;
  readonly resource: ApiResource;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** One user's share of a watch. */
export interface Lease {
  /** Whether the store has the whole collection. */
  readonly synced: boolean;
  /** Whether the identity may not watch the collection. */
  readonly refused: boolean;
  get(key: NamespacedName): KubeObject | undefined;
  list(): KubeObject[];
  /** `onChange` gets the key of a changed object, or undefined when the whole changed its state. */
  subscribe(onChange: (key: string | undefined) => void): void;
  /** Ends the subscriptions too. */
  release(): void;
}

interface Entry {
  users: number;
  refused: boolean;
  readonly stop: AbortController;
  readonly reflector: ReturnType<typeof createReflector<KubeObject>>;
  readonly listeners: Set<(key: string | undefined) => void>;
  linger: NodeJS.Timeout | undefined;
}

export interface WatchPool {
  acquire(scope: WatchScope): Lease;
  /** Watches under way. */
  readonly size: number;
  close(): void;
}

const defaultLingerMs = 15_000;

/**
 * Watches that several waiters share, so that many of them in one namespace cost one watch a kind. A watch stays for a while
 * after its last user: the next reconciliation often asks for the same.
 */
export function createWatchPool(lingerMs = defaultLingerMs): WatchPool {
  const entries = new Map<string, Entry>();
  const clientIds = new WeakMap<KubeClient, number>();
  let lastClientId = 0;

  function identityOf({ identity, client }: WatchScope): string {
    if (identity !== undefined) return `identity ${identity}`;
    const id = clientIds.get(client) ?? ++lastClientId;
    clientIds.set(client, id);
    return `client ${id}`;
  }

  function drop(key: string, entry: Entry): void {
    clearTimeout(entry.linger);
    entry.stop.abort();
    if (entries.get(key) === entry) entries.delete(key);
  }

  function begin(scope: WatchScope): Entry {
    const listeners = new Set<(key: string | undefined) => void>();
    const tell = (key: string | undefined): void => {
      for (const listener of listeners) listener(key);
    };
    const reflector = createReflector<KubeObject>({
      client: scope.client,
      resource: scope.resource,
      ...(scope.namespace && { namespace: scope.namespace }),
      ...(scope.labelSelector && { labelSelector: scope.labelSelector }),
      ...(scope.fieldSelector && { fieldSelector: scope.fieldSelector }),
      transform: shrink,
      // Waits are short, and every reconciliation asks anew.
      resyncMs: 0,
      onEvent: ({ object }) => tell(formatKey(keyOf(object))),
      onError: (error) => {
        if (!isKube(error, 'forbidden')) return;
        entry.refused = true;
        tell(undefined);
      },
    });
    const stop = new AbortController();
    const entry: Entry = { users: 0, refused: false, stop, reflector, listeners, linger: undefined };
    reflector.start(stop.signal).then(
      () => tell(undefined),
      // Only an abort rejects, and then nobody listens.
      () => {},
    );
    return entry;
  }

  return {
    get size() {
      return entries.size;
    },
    acquire(scope) {
      const { resource, namespace, labelSelector, fieldSelector } = scope;
      const kind = [formatApiVersion(resource), resource.plural];
      const key = JSON.stringify([identityOf(scope), ...kind, namespace, labelSelector, fieldSelector]);
      const found = entries.get(key);
      // A refusal may have been lifted since.
      const usable = found && !(found.refused && found.users === 0) ? found : undefined;
      if (found && !usable) drop(key, found);
      const entry = usable ?? begin(scope);
      entries.set(key, entry);
      clearTimeout(entry.linger);
      entry.users += 1;
      return leaseOf(entry, () => {
        entry.users -= 1;
        if (entry.users > 0) return;
        entry.linger = setTimeout(() => drop(key, entry), lingerMs);
        entry.linger.unref();
      });
    },
    close() {
      for (const [key, entry] of entries) drop(key, entry);
    },
  };
}

function leaseOf(entry: Entry, release: () => void): Lease {
  const { reflector, listeners } = entry;
  const own = new Set<(key: string | undefined) => void>();
  return {
    get synced() {
      return reflector.synced;
    },
    get refused() {
      return entry.refused;
    },
    get: (key) => reflector.store.get(key),
    list: () => reflector.store.list(),
    subscribe(onChange) {
      own.add(onChange);
      listeners.add(onChange);
    },
    release() {
      for (const listener of own) listeners.delete(listener);
      own.clear();
      release();
    },
  };
}

/** What health needs of an object: not who wrote which field, and of a definition not its schemas. */
function shrink(object: KubeObject): KubeObject {
  const { managedFields: _fields, annotations, ...metadata } = object.metadata;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...kept } = annotations ?? {};
  const small = { ...object, metadata: { ...metadata, annotations: kept } };
  return object.kind === 'CustomResourceDefinition' ? { ...small, spec: undefined } : small;
}
