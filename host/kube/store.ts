import { keyOf } from './object.ts';
import type { NamespacedName, PartialObject, Store, StoreEvent } from './types.ts';

/** A reflector's cache with its write side: every write tells what changed. */
export interface MutableStore<T extends PartialObject> extends Store<T> {
  /** Puts an object in; nothing changed when the store holds this very version. */
  put(object: T): StoreEvent<T>[];
  /** Takes an object out; `object` is its last state. */
  remove(object: T): StoreEvent<T>[];
  /** Makes the content equal to `objects`. */
  replace(objects: Iterable<T>): StoreEvent<T>[];
}

export function createStore<T extends PartialObject>(): MutableStore<T> {
  const namespaces = new Map<string, Map<string, T>>();
  let size = 0;

  const get = ({ namespace, name }: NamespacedName) => namespaces.get(namespace)?.get(name);

  function set(object: T): void {
    const { namespace, name } = keyOf(object);
    let objects = namespaces.get(namespace);
    if (!objects) {
      objects = new Map();
      namespaces.set(namespace, objects);
    }
    if (!objects.has(name)) size += 1;
    objects.set(name, object);
  }

  function drop({ namespace, name }: NamespacedName): void {
    const objects = namespaces.get(namespace);
    if (!objects?.delete(name)) return;
    size -= 1;
    if (objects.size === 0) namespaces.delete(namespace);
  }

  function put(object: T): StoreEvent<T>[] {
    const old = get(keyOf(object));
    if (old && isSameVersion(old, object)) return [];
    set(object);
    if (!old) return [{ type: 'added', object }];
    // Deleted and created again while nobody watched: another object under the same name.
    if (old.metadata.uid !== object.metadata.uid) {
      return [
        { type: 'deleted', object: old },
        { type: 'added', object },
      ];
    }
    return [{ type: 'updated', object, old }];
  }

  function* all(): Generator<T> {
    for (const objects of namespaces.values()) yield* objects.values();
  }

  return {
    get size() {
      return size;
    },
    get,
    list: (namespace) =>
      namespace === undefined ? [...all()] : [...(namespaces.get(namespace)?.values() ?? [])],
    put,
    remove(object) {
      if (!get(keyOf(object))) return [];
      drop(keyOf(object));
      return [{ type: 'deleted', object }];
    },
    replace(objects) {
      const kept = new Set<T>();
      const events: StoreEvent<T>[] = [];
      for (const object of objects) {
        events.push(...put(object));
        const stored = get(keyOf(object));
        if (stored) kept.add(stored);
      }
      for (const object of [...all()]) {
        if (kept.has(object)) continue;
        drop(keyOf(object));
        events.push({ type: 'deleted', object });
      }
      return events;
    },
  };
}

function isSameVersion(a: PartialObject, b: PartialObject): boolean {
  const { uid, resourceVersion } = a.metadata;
  return (
    resourceVersion !== undefined && resourceVersion === b.metadata.resourceVersion && uid === b.metadata.uid
  );
}
