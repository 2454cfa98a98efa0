import type { HelmRelease } from '@flux-host/crds/helm/helm-release.ts';
import type { InspectResponse } from '@flux-host/sdk/contract/chart.ts';
import type { Drift } from '../../apply/drift/find.ts';
import type { HealthReader } from '../../cel/health.ts';
import type { ActionLog } from '../../helm/action-log.ts';
import type { ChartEngine, ChartFiles } from '../../helm/charts.ts';
import type { ReleaseStorage } from '../../helm/storage.ts';
import type { ChartMetadata, Release } from '../../helm/types.ts';
import type { KubeClient } from '../../kube/types.ts';
import type { Context } from '../types.ts';
import type { HelmReleaseOptions } from './options.ts';

/** A chart that is ready to be released. */
export interface LoadedChart {
  readonly files: ChartFiles;
  readonly inspected: InspectResponse;
  /** With the version that tells the digest of its image. */
  readonly metadata: ChartMetadata;
  readonly ociDigest?: string;
}

/** One attempt at a HelmRelease: what its actions need. */
export interface Run {
  readonly options: HelmReleaseOptions;
  readonly context: Context<HelmRelease>;
  readonly engine: ChartEngine;
  readonly client: KubeClient;
  readonly identity: string;
  /** Of the release. */
  readonly name: string;
  readonly namespace: string;
  readonly storage: ReleaseStorage;
  /** Records that were written since the action began, by their number. */
  readonly written: Map<number, Release>;
  readonly readHealth?: HealthReader;
  readonly chart: LoadedChart;
  readonly values: Readonly<Record<string, unknown>>;
  readonly configDigest: string;
  /** What the action under way has written. */
  readonly actionLog: ActionLog;
  /** What others changed, as found last. */
  drift?: readonly Drift[];
}
