import type { ChartHook } from '@flux-host/sdk/contract/chart.ts';

/** What Helm says about a release. */
export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

export type HookPhase = 'Unknown' | 'Running' | 'Succeeded' | 'Failed';

/** The last run of a hook. */
export interface HookRun {
  /** As Go writes times, see time.ts. */
  started_at?: string;
  completed_at?: string;
  phase: HookPhase | '';
}

/** A hook of a release. The host reads and writes Helm's own form. */
export interface Hook extends ChartHook {
  last_run: HookRun;
}

export interface ReleaseInfo {
  first_deployed?: string;
  last_deployed?: string;
  deleted?: string;
  description?: string;
  status: ReleaseStatus;
  notes?: string;
}

/** Chart.yaml as far as the host looks at it. */
export interface ChartMetadata {
  name: string;
  version: string;
  appVersion?: string;
  [field: string]: unknown;
}

/** A chart as Helm keeps it in a release. */
export interface ReleaseChart {
  metadata: ChartMetadata;
  values?: Record<string, unknown>;
  [field: string]: unknown;
}

/** Who merges objects of a release with what is there: the API server, or the client as Helm 3 does. */
export type ApplyMethod = 'ssa' | 'csa';

/** `spec.upgrade.serverSideApply` */
export type ServerSideApply = 'enabled' | 'disabled' | 'auto';

/** `auto` stays with what the release before was made by; those of Helm 3 do not say. */
export function applyMethodOf(wanted: ServerSideApply, before: Pick<Release, 'apply_method'>): ApplyMethod {
  if (wanted === 'auto') return before.apply_method === 'ssa' ? 'ssa' : 'csa';
  return wanted === 'enabled' ? 'ssa' : 'csa';
}

/** A release as Helm keeps it (helm.sh/release.v1). */
export interface Release {
  name: string;
  namespace: string;
  version: number;
  info: ReleaseInfo;
  chart: ReleaseChart;
  config?: Record<string, unknown>;
  manifest: string;
  hooks?: Hook[];
  /** `ssa` or `csa`; absent in releases of Helm 3. */
  apply_method?: string;
}

export const isPending = ({ info }: Release): boolean => info.status.startsWith('pending-');
