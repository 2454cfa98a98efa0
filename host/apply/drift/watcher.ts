import { formatApiVersion, gvkOf, keyOf, refOf } from '../../kube/object.ts';
import type {
  GroupVersionKind,
  KubeClient,
  KubeObject,
  NamespacedName,
  ObjectRef,
  StoreEvent,
} from '../../kube/types.ts';
import { fingerprint } from '../fingerprint.ts';
import { objectId, refOfEntry } from '../inventory.ts';
import { isNewer } from '../resource-version.ts';
import type { ObjectTracker, Remembered } from '../tracker.ts';
import type { InventoryEntry } from '../types.ts';
import { type KindWatch, type Seen, watchKind } from './kind-watch.ts';

export interface DriftWatcherOptions {
  readonly client: KubeClient;
  /** Of the owner's kind, which its labels begin with. */
  readonly group: string;
  /** Someone else changed or deleted an object of an owner. Must be quick and must not throw. */
  onDrift(owner: NamespacedName, object: ObjectRef): void;
  /** A watch failed and goes on; not being allowed to watch costs only speed. */
  onError?(error: unknown): void;
  /** Changes that a watch failed to deliver and a relist found. */
  onMissed?(count: number): void;
}

export interface DriftWatcher extends ObjectTracker {
  /** Kinds watched, objects tracked and objects seen. */
  readonly size: { readonly kinds: number; readonly tracked: number; readonly seen: number };
  close(): void;
}

interface Memory extends Remembered {
  readonly rememberedAt: number;
  healthyAt?: string;
}

/** One object of an inventory. */
interface Tracked {
  readonly ref: ObjectRef;
  owner?: NamespacedName;
  memory?: Memory | undefined;
  /** Own requests under way. */
  holds: number;
  /** Version at which the object was deleted while held. */
  deletedAt?: string | undefined;
}

interface Kind {
  readonly watch: KindWatch;
  users: number;
  linger?: NodeJS.Timeout;
}

/** How long the event of an own change may take to arrive before the object is read again, ms. */
const unconfirmedMs = 30_000;
/** How long a kind is watched after its last object went, ms. */
const lingerMs = 30_000;

/**
 * Watches the metadata of the objects in inventories, one watch a kind, and tells within milliseconds when someone changed one.
 * Writes to the status and own applies are no drift.
 */
export function createDriftWatcher(options: DriftWatcherOptions): DriftWatcher {
  const { client, group } = options;
  const objects = new Map<string, Tracked>();
  const owned = new Map<string, readonly string[]>();
  const kinds = new Map<string, Kind>();

  const seenOf = (ref: ObjectRef): Seen | undefined => kinds.get(kindKey(ref))?.watch.get(ref);

  function drifted(object: Tracked): void {
    object.memory = undefined;
    if (object.owner) options.onDrift(object.owner, object.ref);
  }

  function onEvent(gvk: GroupVersionKind, event: StoreEvent<Seen>): void {
    const key = keyOf(event.object);
    const object = objects.get(objectId({ apiVersion: formatApiVersion(gvk), kind: gvk.kind, ...key }));
    if (!object?.owner) return;
    if (event.type === 'deleted') {
      object.deletedAt = event.object.metadata.resourceVersion;
      if (object.holds === 0) drifted(object);
      return;
    }
    object.deletedAt = undefined;
    if (object.holds > 0) return;
    if (object.memory) compare(object, event.object);
    else if (event.type === 'updated' && event.old.fingerprint !== event.object.fingerprint) drifted(object);
    // What was missing is there: somebody else made it. The first list only shows what is there.
    else if (event.type === 'added' && kinds.get(kindKey(object.ref))?.watch.synced) drifted(object);
  }

  /** An event can be older than the own change that is remembered. */
  function compare(object: Tracked, seen: Seen): void {
    const { memory } = object;
    if (!memory || memory.fingerprint === seen.fingerprint) return;
    if (!isNewer(memory.resourceVersion, seen.metadata.resourceVersion)) drifted(object);
  }

  /** The first list of a kind shows what happened before it was watched. */
  function onSynced(key: string): void {
    for (const object of objects.values()) {
      if (!object.owner || object.holds > 0 || kindKey(object.ref) !== key) continue;
      if (object.memory && !seenOf(object.ref)) drifted(object);
    }
  }

  function use(ref: ObjectRef): void {
    const key = kindKey(ref);
    let kind = kinds.get(key);
    if (!kind) {
      const gvk = gvkOf(ref);
      const watch = watchKind({
        client,
        gvk,
        label: `${group}/name`,
        onEvent: (event) => onEvent(gvk, event),
        onSynced: () => onSynced(key),
        onError: (error) => options.onError?.(error),
        onMissed: (count) => options.onMissed?.(count),
      });
      kind = { watch, users: 0 };
      kinds.set(key, kind);
    }
    clearTimeout(kind.linger);
    kind.users += 1;
  }

  function leave(ref: ObjectRef): void {
    const key = kindKey(ref);
    const kind = kinds.get(key);
    if (!kind) return;
    kind.users -= 1;
    if (kind.users > 0) return;
    kind.linger = setTimeout(() => {
      kind.watch.stop();
      kinds.delete(key);
    }, lingerMs).unref();
  }

  function claim(owner: NamespacedName, entry: InventoryEntry): void {
    const ref = refOfEntry(entry);
    const present = objects.get(entry.id);
    if (present?.owner && kindKey(present.ref) === kindKey(ref)) {
      present.owner = owner;
      return;
    }
    if (present?.owner) leave(present.ref);
    use(ref);
    // The reference of the inventory, whose version is the one watched.
    const object: Tracked = { holds: 0, ...present, ref, owner };
    objects.set(entry.id, object);
    const seen = seenOf(ref);
    if (seen) compare(object, seen);
  }

  function disown(id: string, ownerKey: string): void {
    const object = objects.get(id);
    // Another owner may have taken the object over.
    if (!object?.owner || keyOfOwner(object.owner) !== ownerKey) return;
    leave(object.ref);
    objects.delete(id);
  }

  function confirmed({ ref, memory }: Tracked): Memory | undefined {
    if (!memory) return undefined;
    const seen = seenOf(ref);
    if (seen?.fingerprint === memory.fingerprint) {
      const { resourceVersion = '' } = seen.metadata;
      return isNewer(resourceVersion, memory.resourceVersion) ? { ...memory, resourceVersion } : memory;
    }
    const late = !seen || isNewer(memory.resourceVersion, seen.metadata.resourceVersion);
    return late && performance.now() - memory.rememberedAt < unconfirmedMs ? memory : undefined;
  }

  function recall(id: string): Memory | undefined {
    const object = objects.get(id);
    if (!object?.owner || !kinds.get(kindKey(object.ref))?.watch.synced) return undefined;
    return confirmed(object);
  }

  return {
    get size() {
      const seen = [...kinds.values()].reduce((sum, { watch }) => sum + watch.size, 0);
      return { kinds: kinds.size, tracked: objects.size, seen };
    },
    recall,
    remember(id, known, live: KubeObject) {
      const { resourceVersion, labels } = live.metadata;
      const object = objects.get(id) ?? { ref: refOf(live), holds: 0 };
      // What has no owner label is not seen by the watch.
      const watched = resourceVersion && labels?.[`${group}/name`] !== undefined;
      const print = watched ? fingerprint(live) : '';
      object.memory = watched
        ? { ...known, fingerprint: print, resourceVersion, rememberedAt: performance.now() }
        : undefined;
      objects.set(id, object);
    },
    forget(id) {
      const object = objects.get(id);
      if (!object) return;
      object.memory = undefined;
      if (!object.owner && object.holds === 0) objects.delete(id);
    },
    drop(id) {
      const object = objects.get(id);
      if (object && !object.owner && object.holds === 0) objects.delete(id);
    },
    hold(id) {
      const object = objects.get(id);
      if (!object) return () => {};
      object.holds += 1;
      return () => {
        object.holds -= 1;
        if (object.holds > 0) return;
        const { memory, deletedAt } = object;
        const seen = seenOf(object.ref);
        if (memory && seen) compare(object, seen);
        else if (memory && isNewer(deletedAt, memory.resourceVersion)) drifted(object);
      };
    },
    isHealthy(id) {
      const { healthyAt } = recall(id) ?? {};
      const object = objects.get(id);
      return (
        healthyAt !== undefined &&
        object !== undefined &&
        seenOf(object.ref)?.metadata.resourceVersion === healthyAt
      );
    },
    rememberHealthy(id, resourceVersion) {
      const memory = objects.get(id)?.memory;
      if (memory) memory.healthyAt = resourceVersion;
    },
    track(owner, entries) {
      const key = keyOfOwner(owner);
      const ids = entries.map((entry) => entry.id);
      const kept = new Set(ids);
      for (const entry of entries) claim(owner, entry);
      for (const id of owned.get(key) ?? []) if (!kept.has(id)) disown(id, key);
      owned.set(key, ids);
    },
    untrack(owner) {
      const key = keyOfOwner(owner);
      for (const id of owned.get(key) ?? []) disown(id, key);
      owned.delete(key);
    },
    close() {
      for (const { watch, linger } of kinds.values()) {
        clearTimeout(linger);
        watch.stop();
      }
      kinds.clear();
      objects.clear();
      owned.clear();
    },
  };
}

function kindKey({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  return `${apiVersion}/${kind}`;
}

function keyOfOwner({ namespace, name }: NamespacedName): string {
  return `${namespace}/${name}`;
}
