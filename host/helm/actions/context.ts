import type { Applier } from '../../apply/create-applier.ts';
import type { WaitRequest } from '../../apply/types.ts';
import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import type { ReleaseStorage } from '../storage.ts';
import type { ServerSideApply } from '../types.ts';

export const helmGroup = 'helm.toolkit.fluxcd.io';
export const helmFieldManager = 'helm-controller';

/** How one action is to be done: the fields of `spec.install`, `spec.upgrade`, … */
export interface ActionSettings {
  /** For each wait and each hook. */
  readonly timeoutMs: number;
  readonly disableHooks: boolean;
  readonly disableWait: boolean;
  readonly disableWaitForJobs: boolean;
}

/** Those of what puts one release in place of another. */
export interface ReplaceSettings extends ActionSettings {
  readonly cleanupOnFail: boolean;
  readonly serverSideApply: ServerSideApply;
  /** Objects are replaced rather than patched, where the API server does not apply them. */
  readonly force: boolean;
}

/** What every action on a release works with. */
export interface ActionContext {
  /** The HelmRelease. */
  readonly owner: NamespacedName;
  /** Name of the release. */
  readonly name: string;
  /** Where the release's objects go that have no namespace. */
  readonly namespace: string;
  readonly storage: ReleaseStorage;
  /** Acts as whom the HelmRelease says. */
  readonly client: KubeClient;
  readonly identity: string;
  readonly applier: Applier;
  /** The objects of the release are watched. */
  readonly detectsDrift: boolean;
  /** `--override-manager` */
  readonly overrideManagers: readonly string[];
  readonly readHealth?: NonNullable<WaitRequest['readers']>;
  /** `spec.waitStrategy.name: legacy` */
  readonly waitsAsHelm3: boolean;
  readonly signal: AbortSignal;
  /** Ends waits, and lets the action fail: the release is to become another one. */
  readonly cancel: AbortSignal;
  /** Runs what only waits. */
  waiting<R>(work: () => Promise<R>): Promise<R>;
  /** What is waited for, for the person who looks at the status meanwhile. */
  progress(step: string): void;
  log(message: string): void;
}
