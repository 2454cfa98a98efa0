import { recordAt, stringAt } from '@flux-host/host/json.ts';
import { parseKey } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { kustomization as kustomizationKind } from '../../kinds/kustomization.ts';
import type { SourceReference } from '../../kinds/types.ts';
import { artifactRevision, given, heading, type Section, statusLines } from './report.ts';
import { referred, sourceSection } from './source.ts';

/** Kustomization and source. */
export async function kustomizationSections(
  owner: SourceReference,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Section[]> {
  const kustomization = await referred(owner, client, signal);
  const reference = kustomizationKind.sourceReference?.(kustomization);
  const width = 17;
  return [
    {
      width,
      lines: [
        ...heading('Kustomization', kustomization),
        ...given('Target', stringAt(kustomization, 'spec', 'targetNamespace')),
        ['Path', stringAt(kustomization, 'spec', 'path') ?? ''],
        ['Revision', stringAt(kustomization, 'status', 'lastAppliedRevision') ?? ''],
        ...statusLines(kustomization),
      ],
    },
    ...(reference
      ? [sourceSection(await referred(reference, client, signal), { width, withOrigin: true })]
      : []),
  ];
}

/** HelmRelease, chart and where the chart comes from. */
export async function helmSections(
  owner: SourceReference,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Section[]> {
  const release = await referred(owner, client, signal);
  const width = 16;
  const chartName = stringAt(release, 'status', 'helmChart');
  const chart = chartName
    ? await referred({ kind: 'HelmChart', ...parseKey(chartName) }, client, signal)
    : undefined;
  const source = chartSource(release);
  return [
    {
      width,
      lines: [
        ...heading('HelmRelease', release),
        ...given('Target', stringAt(release, 'spec', 'targetNamespace')),
        ['Revision', stringAt(release, 'status', 'lastAttemptedRevision') ?? ''],
        ...statusLines(release),
      ],
    },
    ...(chart ? [chartSection(chart, width)] : []),
    ...(source ? [sourceSection(await referred(source, client, signal), sourceLayout(source.kind))] : []),
  ];
}

function chartSection(chart: KubeObject, width: number): Section {
  return {
    width,
    lines: [
      ...heading('HelmChart', chart),
      ['Chart', stringAt(chart, 'spec', 'chart') ?? ''],
      ['Version', stringAt(chart, 'spec', 'version') ?? ''],
      ...given('Revision', artifactRevision(chart)),
      ...statusLines(chart),
    ],
  };
}

/** What the chart is made from, unless that is a HelmChart, which has a section of its own. */
function chartSource(release: KubeObject): SourceReference | undefined {
  const reference = recordAt(release, 'spec', 'chart')
    ? recordAt(release, 'spec', 'chart', 'spec', 'sourceRef')
    : recordAt(release, 'spec', 'chartRef');
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((field) => stringAt(reference, field));
  if (!kind || !name || kind === 'HelmChart') return undefined;
  return { kind, name, namespace: namespace || (release.metadata.namespace ?? '') };
}

/** Flux's template has another width for each. */
function sourceLayout(kind: string): { width: number; tellsFailure?: boolean } {
  if (kind === 'GitRepository') return { width: 15 };
  if (kind === 'HelmRepository') return { width: 16, tellsFailure: false };
  return { width: 17 };
}
