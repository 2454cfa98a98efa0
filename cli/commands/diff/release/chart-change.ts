import type { HelmRelease } from '@flux-host/crds/index.ts';
import type { Release, ReleaseChart } from '@flux-host/host/helm/types.ts';
import { listAt, stringAt } from '@flux-host/host/json.ts';
import { rendered } from '@flux-host/host/reconcile/helm-release/render.ts';
import type { Run } from '@flux-host/host/reconcile/helm-release/run.ts';
import { upgradeSettings } from '@flux-host/host/reconcile/helm-release/settings.ts';

/** Whether every commit is another version of the chart. */
export function followsRevisions({ spec }: HelmRelease): boolean {
  return spec.chart?.spec.reconcileStrategy === 'Revision';
}

/** Whether the templates or defaults of a chart are other ones than those of a release, whatever its version says. */
export async function hasOtherFiles(run: Run, before: Release): Promise<boolean> {
  const { timeoutMs } = upgradeSettings(run.context.object);
  const { chart } = await rendered(run, { revision: before.version, isUpgrade: true, timeoutMs, before });
  return contentOf(chart) !== contentOf(before.chart);
}

function contentOf(chart: ReleaseChart): string {
  const templates = listAt(chart, 'templates').map((each) => [
    stringAt(each, 'name') ?? '',
    stringAt(each, 'data') ?? '',
  ]);
  return JSON.stringify([templates.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)), chart.values ?? {}]);
}
