import type { KubeClient, KubeObject, NamespacedName, ObjectRef } from '../kube/types.ts';
import type { IgnoreRule } from './ignore.ts';

/** What happened to an object, in Flux's words. */
export type Action = 'created' | 'configured' | 'unchanged' | 'deleted' | 'skipped' | 'unknown';

export interface Change {
  readonly object: ObjectRef;
  readonly action: Action;
}

/** Line of `status.inventory.entries`: `<namespace>_<name>_<group>_<kind>` and the version. */
export interface InventoryEntry {
  id: string;
  v: string;
}

/** On whose behalf objects are applied: becomes the owner labels `<group>/name` and `<group>/namespace`. */
export interface ApplyOwner extends NamespacedName {
  /** e.g. `kustomize.toolkit.fluxcd.io` */
  readonly group: string;
  /** e.g. `kustomize-controller` */
  readonly fieldManager: string;
}

/**
 * What is watched afterwards: the objects of the request instead of all that were watched for the owner before, those of before (of which these
 * are some), or nothing, nor is anything remembered.
 */
export type Tracking = 'all' | 'some' | 'none';

export interface ApplyRequest {
  readonly owner: ApplyOwner;
  readonly client: KubeClient;
  /** Ready to apply except for owner labels, which the applier sets. */
  readonly objects: readonly KubeObject[];
  /** Names `objects` as a whole: the same digest, the same objects. With it an unchanged set costs next to nothing. */
  readonly objectsDigest?: string;
  readonly force: boolean;
  /** Requests at once inside a stage (`--concurrent-ssa`). */
  readonly concurrency: number;
  /** `group/Kind`, applied in a stage of their own. */
  readonly customStageKinds?: readonly string[];
  /** More field managers to take over from (`--override-manager`). */
  readonly overrideManagers?: readonly string[];
  /** Fields that others manage (`spec.ignore`). */
  readonly ignore?: readonly IgnoreRule[];
  /** Fields that the API server does not know are an error of built-in kinds, too. */
  readonly strictFields?: boolean;
  /** Gate MigrateAPIVersion: moves `managedFields` to the applied API version first. */
  readonly migrateApiVersion?: boolean;
  /** What the owner's status lists: objects that probably exist, which saves dry runs. */
  readonly inventory?: readonly InventoryEntry[];
  /** See {@link Tracking}; `all` unless told. */
  readonly tracking?: Tracking;
  /** Names the identity that `client` acts as: what one was allowed to apply is not taken for applied by another. */
  readonly identity?: string;
  /**
   * How long a stage of cluster definitions may take to become ready, and for how long requests are repeated while
   * the API server is away, ms.
   */
  readonly stageTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ApplyResult {
  readonly changes: readonly Change[];
  /** Everything that was asked for, skipped objects included. */
  readonly inventory: readonly InventoryEntry[];
  /** The objects that the API server answered with, by inventory id, without managedFields; for health checks. */
  readonly live: ReadonlyMap<string, KubeObject>;
}

export interface PruneRequest {
  readonly owner: ApplyOwner;
  readonly client: KubeClient;
  readonly entries: readonly InventoryEntry[];
  /** Deletions at once of kinds that do not depend on each other; default 4. */
  readonly concurrency?: number;
  /** For how long a request is repeated while the API server is away, ms; default 30 s. */
  readonly retryMs?: number;
  readonly signal: AbortSignal;
}

export interface PruneResult {
  readonly changes: readonly Change[];
  /** Entries that could not be deleted, to be kept in the inventory, with the reason. */
  readonly failed: readonly { readonly entry: InventoryEntry; readonly error: Error }[];
}

/** kstatus' words for the state of an object. */
export type HealthStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}

export interface WaitRequest {
  readonly client: KubeClient;
  readonly objects: readonly ObjectRef[];
  readonly timeoutMs: number;
  /** Stop at the first object that failed for good. */
  readonly failFast: boolean;
  /** Jobs with a TTL that vanish count as done. */
  readonly jobsWithTtl?: readonly ObjectRef[];
  /** States that are known already, by inventory id, e.g. `live` of an {@link ApplyResult}. */
  readonly live?: ReadonlyMap<string, KubeObject>;
  /** Names the identity that `client` acts as: watches are shared by those who have the same. */
  readonly identity?: string;
  /** Custom status: wins over kstatus when it returns something. */
  readonly readers?: (object: KubeObject) => Health | undefined;
  /** Told whenever other objects than before are waited for. Must be quick and must not throw. */
  readonly onWait?: (objects: readonly ObjectRef[]) => void;
  readonly signal: AbortSignal;
}
