import { helmGroup } from '../../helm/actions/context.ts';
import type { RenderedRelease } from '../../helm/actions/rendered.ts';
import type { Release } from '../../helm/types.ts';
import type { Run } from './run.ts';

/** What the chart makes of the values, with the changes of the HelmRelease. Its own labels come last and win. */
export async function rendered(
  run: Run,
  how: { revision: number; isUpgrade: boolean; timeoutMs: number; before?: Release },
): Promise<RenderedRelease> {
  const { context, options, engine, chart, client, values, name, namespace } = run;
  const { spec, metadata } = context.object;
  const { before, isUpgrade } = how;
  const action = isUpgrade ? spec.upgrade : spec.install;
  const own = { [`${helmGroup}/name`]: metadata.name, [`${helmGroup}/namespace`]: metadata.namespace ?? '' };
  return engine.render({
    files: chart.files,
    chartVersion: chart.metadata.version,
    values,
    ...(before && spec.upgrade?.preserveValues
      ? { reuse: { values: before.chart.values ?? {}, config: before.config ?? {} } }
      : {}),
    release: { name, namespace, revision: how.revision },
    isUpgrade,
    skipSchemaValidation: action?.disableSchemaValidation ?? false,
    strategy: spec.postRenderStrategy ?? (options.helm3Defaults ? 'nohooks' : 'combined'),
    renderers: (spec.postRenderers ?? []).flatMap(({ kustomize }) => (kustomize ? [kustomize] : [])),
    metadata: [...(spec.commonMetadata ? [spec.commonMetadata] : []), { labels: own }],
    crds: chart.inspected.crds,
    client,
    timeoutMs: how.timeoutMs,
  });
}
