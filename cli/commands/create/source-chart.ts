import { HelmChart } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { commandError, usageError } from '../../command/errors.ts';
import type { Command, FlagValues, Invocation } from '../../command/types.ts';
import { exported } from '../../kinds/canonical.ts';
import { helmChart } from '../../kinds/helm-chart.ts';
import { yamlDocument } from '../../output/document.ts';
import { durationFrom, labelsFrom, nameToCreate, optional } from './common.ts';
import { chartSourceKinds } from './helm-release/chart.ts';
import { sourceChartExample, sourceChartFlags } from './source-chart-flags.ts';
import { upsert, waitReady } from './upsert.ts';
import { verifyFrom } from './verification.ts';

type Spec = HelmChart['spec'];
const strategies = ['ChartVersion', 'Revision'] as const;

function sourceFrom(flags: FlagValues): Spec['sourceRef'] {
  const [kind = '', name = ''] = flags.text('source').split('/');
  const known = chartSourceKinds.find((each) => each.toLowerCase() === kind.toLowerCase());
  if (!known || !name) throw usageError('chart source is required');
  return { kind: known, name };
}

function strategyFrom(flags: FlagValues): Spec['reconcileStrategy'] {
  const text = flags.text('reconcile-strategy');
  const found = strategies.find((each) => each === text);
  if (!found)
    throw usageError(`'${text}' is an invalid reconcile strategy (valid: ${strategies.join(', ')})`);
  return found;
}

/** The object that the flags describe. */
function fromFlags(invocation: Invocation): HelmChart {
  const { flags, namespace, log } = invocation;
  const name = nameToCreate(invocation);
  const sourceRef = sourceFrom(flags);
  const chart = flags.text('chart');
  if (!chart) throw usageError('chart name or path is required');
  log.generate('generating HelmChart source');
  const verify = verifyFrom(flags);
  const reconcileStrategy = strategyFrom(flags);
  return {
    apiVersion: HelmChart.apiVersion,
    kind: HelmChart.kind,
    metadata: { name, namespace, ...labelsFrom(flags) },
    spec: {
      chart,
      ...optional('version', flags.text('chart-version')),
      interval: durationFrom(flags, 'interval'),
      ...(reconcileStrategy && { reconcileStrategy }),
      sourceRef,
      ...(verify && { verify }),
    },
  };
}

/** `flux create source chart` */
export const createSourceChart: Command = {
  name: 'chart',
  usage: '[name]',
  short: 'Create or update a HelmChart source',
  long: 'The create source chart command generates a HelmChart resource and waits for the chart to be available.',
  example: sourceChartExample,
  flags: sourceChartFlags,
  async run(invocation) {
    const { flags, log, io } = invocation;
    const object = fromFlags(invocation);
    const document = () => yamlDocument(exported(HelmChart, object, helmChart.pointers));
    if (flags.is('export')) return io.out(document());
    if (flags.is('verbose')) io.out(document());
    log.action('applying HelmChart source');
    log.success(`source ${await upsert(HelmChart, object, invocation)}`);
    log.waiting('waiting for HelmChart source reconciliation');
    const ready = await waitReady(HelmChart, object, invocation);
    log.success('HelmChart source reconciliation completed');
    const revision = stringAt(ready, 'status', 'artifact', 'revision');
    if (!revision) {
      throw commandError(
        'FLUX_E_CLI_NO_ARTIFACT',
        'HelmChart source reconciliation completed but no artifact was found',
      );
    }
    log.success(`fetched revision: ${revision}`);
  },
};
