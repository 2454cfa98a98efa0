import type { KubeClient, KubeObject, NamespacedName, ObjectRef } from '../kube/types.ts';

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

export interface ApplyRequest {
  readonly owner: ApplyOwner;
  readonly client: KubeClient;
  /** Ready to apply except for owner labels, which the applier sets. */
  readonly objects: readonly KubeObject[];
  readonly force: boolean;
  /** Requests at once inside a stage (`--concurrent-ssa`). */
  readonly concurrency: number;
  /** `group/Kind`, applied in a stage of their own. */
  readonly customStageKinds?: readonly string[];
  /** More field managers to take over from (`--override-manager`). */
  readonly overrideManagers?: readonly string[];
  /** How long a stage of cluster definitions may take to become ready, ms. */
  readonly stageTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ApplyResult {
  readonly changes: readonly Change[];
  /** Everything that was asked for, skipped objects included. */
  readonly inventory: readonly InventoryEntry[];
}

export interface PruneRequest {
  readonly owner: ApplyOwner;
  readonly client: KubeClient;
  readonly entries: readonly InventoryEntry[];
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
  /** Custom status: wins over kstatus when it returns something. */
  readonly readers?: (object: KubeObject) => Health | undefined;
  readonly signal: AbortSignal;
}
