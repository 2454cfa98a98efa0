import { numberAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { Command, Invocation } from '../command/types.ts';
import { isSuspended } from '../kinds/columns.ts';
import { readyCondition } from '../kinds/conditions.ts';
import { fluxKindOf } from '../kinds/index.ts';
import type { FluxKind } from '../kinds/types.ts';
import { tableText } from '../output/table.ts';
import { preview } from './texts.ts';

const reported = [
  'GitRepository',
  'OCIRepository',
  'HelmRepository',
  'HelmChart',
  'Bucket',
  'Kustomization',
  'HelmRelease',
  'Alert',
  'Provider',
  'Receiver',
  'ImageUpdateAutomation',
  'ImagePolicy',
  'ImageRepository',
];

async function objectsOf(kind: FluxKind, invocation: Invocation): Promise<KubeObject[]> {
  const { flags, namespace, signal, log } = invocation;
  const { client } = await invocation.cluster();
  const scope = flags.is('all-namespaces') ? {} : { namespace };
  try {
    return (await client.list(kind.resource, { ...scope, signal })).items;
  } catch (error) {
    // A kind that is not installed has no objects.
    if (isKube(error, 'noMatch')) return [];
    if (isKube(error, 'forbidden')) {
      log.warning(error.text);
      return [];
    }
    throw error;
  }
}

function row({ resource }: FluxKind, objects: readonly KubeObject[]): string[] {
  const suspended = objects.filter(isSuspended).length;
  const failing = objects.filter((object) => readyCondition(object)?.status === 'False').length;
  const bytes = objects.reduce(
    (sum, object) => sum + (numberAt(object, 'status', 'artifact', 'size') ?? 0),
    0,
  );
  return [resource.kind, `${objects.length - suspended}`, `${failing}`, `${suspended}`, sizeText(bytes)];
}

/** Bytes in binary units, `-` for none. */
function sizeText(bytes: number): string {
  if (bytes === 0) return '-';
  if (bytes < 1024) return `${bytes} B`;
  const exponent = Math.min(6, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** exponent).toFixed(1)} ${'KMGTPE'[exponent - 1]}iB`;
}

/** `flux stats` */
export const stats: Command = {
  name: 'stats',
  short: 'Stats of Flux reconciles',
  long: preview(`The stats command prints a report of Flux custom resources present on a cluster,
including their reconcile status and the amount of cumulative storage used for each source type`),
  example: `  # Print the stats report for a namespace
  flux stats --namespace default

  # Print the stats report for the whole cluster
  flux stats -A`,
  noArguments: true,
  flags: {
    'all-namespaces': {
      type: 'bool',
      short: 'A',
      about: 'list the statistics for objects across all namespaces',
    },
  },
  async run(invocation) {
    const kinds = reported.flatMap((name) => fluxKindOf(name) ?? []);
    const rows = await Promise.all(kinds.map(async (kind) => row(kind, await objectsOf(kind, invocation))));
    invocation.io.out(tableText(['Reconcilers', 'Running', 'Failing', 'Suspended', 'Storage'], rows));
  },
};
