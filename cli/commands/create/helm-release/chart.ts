import type { HelmRelease } from '@flux-host/crds/index.ts';
import { usageError } from '../../../command/errors.ts';
import type { FlagValues } from '../../../command/types.ts';
import { durationFrom, optional } from '../common.ts';
import { type NamedObject, objectNamed } from './object-name.ts';

type Spec = HelmRelease['spec'];

export const chartSourceKinds = ['HelmRepository', 'GitRepository', 'Bucket'] as const;
const chartReferenceKinds = ['OCIRepository', 'HelmChart'] as const;
const strategies = ['Revision', 'ChartVersion'] as const;

/** What is wrong with `--source`, in Flux's words; undefined when nothing is. */
export function chartSourceFault(text: string): string | undefined {
  if (text.trim() === '') {
    return `no helm chart source given, please specify source that contains the chart in the format '<kind>/<name>.<namespace>', where kind must be one of: (${chartSourceKinds.join(', ')})`;
  }
  const { kind, name } = objectNamed(text);
  if (!kind || !name) return `invalid helm chart source '${text}', must be in format <kind>/<name>`;
  return sourceKind(kind)
    ? undefined
    : `source kind '${kind}' is not supported, must be one of: ${chartSourceKinds.join(', ')}`;
}

function sourceKind(kind: string): (typeof chartSourceKinds)[number] | undefined {
  return chartSourceKinds.find((each) => each.toLowerCase() === kind.toLowerCase());
}

/**
 * Where the chart of a release comes from.
 * @throws FluxError FLUX_E_CLI_USAGE when the flags name none, or two
 */
export function chartFrom(flags: FlagValues): Pick<Spec, 'chart' | 'chartRef'> {
  const chart = flags.text('chart');
  const reference = flags.text('chart-ref');
  if (!chart && !reference) throw usageError('chart or chart-ref is required');
  if (chart && reference) throw usageError('cannot use --chart in combination with --chart-ref');
  const strategy = strategies.find((each) => each === flags.text('reconcile-strategy'));
  if (!strategy) {
    throw usageError(
      `'${flags.text('reconcile-strategy')}' is an invalid reconcile strategy(valid: ${strategies.join(', ')})`,
    );
  }
  if (reference) return { chartRef: chartReference(objectNamed(reference)) };
  const source = objectNamed(flags.text('source'));
  const kind = sourceKind(source.kind);
  if (!kind) throw usageError('source is required', 'a chart needs --source=<kind>/<name>');
  return {
    chart: {
      spec: {
        chart,
        ...optional('version', flags.text('chart-version')),
        sourceRef: { kind, name: source.name, ...optional('namespace', source.namespace) },
        reconcileStrategy: strategy,
        ...(flags.milliseconds('chart-interval') > 0 && { interval: durationFrom(flags, 'chart-interval') }),
      },
    },
  };
}

function chartReference({ kind, name, namespace }: NamedObject): NonNullable<Spec['chartRef']> {
  const known = chartReferenceKinds.find((each) => each === kind);
  if (!known) {
    throw usageError(
      `chart reference kind '${kind}' is not supported, must be one of: ${chartReferenceKinds.join(', ')}`,
    );
  }
  return { kind: known, name, ...optional('namespace', namespace) };
}
