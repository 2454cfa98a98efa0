import type { KubeObject, NamespacedName } from '../kube/types.ts';
import type { InventoryEntry } from './types.ts';

/** What is known of an object since it was last applied or looked at. */
export interface Remembered {
  /** Of the object as asked for. */
  readonly desired: string;
  /** On whose behalf: see `identity` of the request. */
  readonly identity: string;
  /** The answer for as long as nothing changes. */
  readonly action: 'unchanged' | 'skipped';
  /** Of the live object: see fingerprint.ts. */
  readonly fingerprint: string;
  /** The latest one known: of the last answer, or of a write to the status after it. */
  readonly resourceVersion: string;
}

/**
 * Memory of the objects of one cluster, kept true by watches: what it recalls has not changed since.
 * Without one every object is read anew at every reconciliation.
 */
export interface ObjectTracker {
  /** What is known of an object; undefined when something changed, or nobody watches. */
  recall(id: string): Remembered | undefined;
  /** Keeps what an answer of the API server says. */
  remember(id: string, known: Omit<Remembered, 'fingerprint' | 'resourceVersion'>, live: KubeObject): void;
  /** Forgets an object that is about to be deleted or whose state is in doubt. */
  forget(id: string): void;
  /** Forgets an object unless it is tracked. */
  drop(id: string): void;
  /** Holds back events of an object while the own request is under way; the result ends that. */
  hold(id: string): () => void;
  /** Whether the object was found healthy and has not changed in any way since. */
  isHealthy(id: string): boolean;
  rememberHealthy(id: string, resourceVersion: string): void;
  /** Watches the objects of an owner instead of those that were watched for it before. */
  track(owner: NamespacedName, entries: readonly InventoryEntry[]): void;
  untrack(owner: NamespacedName): void;
}
