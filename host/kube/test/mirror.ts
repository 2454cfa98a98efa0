import { formatKey, keyOf } from '../object.ts';
import type { PartialObject, StoreEvent } from '../types.ts';

/** A copy of a collection kept by nothing but the events of a reflector. */
export interface Mirror {
  readonly versions: Map<string, string>;
  /** Events that contradict what came before, e.g. an update of what was never added. */
  readonly contradictions: string[];
  /** Keys that were ever reported deleted. */
  readonly deleted: Set<string>;
  onEvent(event: StoreEvent<PartialObject>): void;
}

export function createMirror(): Mirror {
  const versions = new Map<string, string>();
  const contradictions: string[] = [];
  const deleted = new Set<string>();
  return {
    versions,
    contradictions,
    deleted,
    onEvent(event) {
      const key = formatKey(keyOf(event.object));
      const known = versions.get(key);
      if ((event.type === 'added') !== (known === undefined)) contradictions.push(`${event.type} ${key}`);
      if (event.type === 'updated' && event.old.metadata.resourceVersion !== known) {
        contradictions.push(`${event.type} ${key} from another version`);
      }
      if (event.type === 'deleted') {
        versions.delete(key);
        deleted.add(key);
      } else {
        versions.set(key, event.object.metadata.resourceVersion ?? '');
      }
    },
  };
}

export function versionsOf(objects: readonly PartialObject[]): Map<string, string> {
  return new Map(objects.map((object) => [formatKey(keyOf(object)), object.metadata.resourceVersion ?? '']));
}
