import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { KubeObject } from '../../kube/types.ts';

/** `Kind/namespace/name`. */
export type ObjectName = string;

/** Reasons that say: another object is to blame. */
const dependentReasons = new Set([
  'DependencyNotReady',
  'ArtifactFailed',
  'SourceNotReady',
  'HelmChartNotReady',
  'ChartNotReady',
  'NoSourceArtifact',
]);

/** Whether an object failed because of another one. */
export function isDependent({ reason, message }: FluxEvent): boolean {
  return dependentReasons.has(reason) || /\b(?:is )?not ready\b/.test(message.slice(0, 500));
}

/** The objects that an object builds on: its source, chart and dependencies. */
export function upstreamOf({ kind, metadata, spec }: KubeObject & { spec?: unknown }): ObjectName[] {
  const fields = record(spec);
  const chart = record(record(fields['chart'])['spec']);
  const references = [
    reference(fields['sourceRef']),
    reference(fields['chartRef']),
    reference(chart['sourceRef']),
    ...list(fields['dependsOn']).map((each) => ({ kind, ...reference(each) })),
  ];
  const own = metadata.namespace ?? '';
  const named = references.flatMap(({ kind: of, namespace, name }) =>
    of && name ? [`${of}/${namespace || own}/${name}`] : [],
  );
  // Flux names the chart of a HelmRelease after both.
  return fields['chart'] ? [...named, `HelmChart/${own}/${own}-${metadata.name}`] : named;
}

interface Reference {
  kind?: string;
  namespace?: string;
  name?: string;
}

function reference(value: unknown): Reference {
  const fields = Object.entries(record(value)).filter(([, field]) => typeof field === 'string');
  return Object.fromEntries(fields);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
