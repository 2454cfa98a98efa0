import { HelmRelease } from '@flux-host/crds/index.ts';
import { listAt, recordAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { referenceText, suspended } from './columns.ts';
import type { FluxKind, SourceReference } from './types.ts';

function revision(object: KubeObject): string {
  const [latest] = listAt(object, 'status', 'history');
  return latest === undefined
    ? (stringAt(object, 'status', 'lastAttemptedRevision') ?? '')
    : (stringAt(latest, 'chartVersion') ?? '');
}

/** The chart that the release names, or the HelmChart that was made for it. */
function chartOf(object: KubeObject): SourceReference {
  const own = object.metadata.namespace ?? '';
  const named = recordAt(object, 'spec', 'chartRef');
  if (named) {
    const [kind = '', name = '', namespace = ''] = ['kind', 'name', 'namespace'].map((f) =>
      stringAt(named, f),
    );
    return { kind, name, namespace: namespace || own };
  }
  const namespace = stringAt(object, 'spec', 'chart', 'spec', 'sourceRef', 'namespace') || own;
  return { kind: 'HelmChart', name: `${own}-${object.metadata.name}`, namespace };
}

export const helmRelease: FluxKind = {
  resource: HelmRelease,
  name: 'helmrelease',
  aliases: ['hr'],
  getName: 'helmreleases',
  human: 'helmrelease',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [{ header: 'Revision', value: revision }, suspended],
  verbatimMessage: true,
  source: (object) =>
    recordAt(object, 'spec', 'chartRef')
      ? referenceText(object, 'spec', 'chartRef')
      : referenceText(object, 'spec', 'chart', 'spec', 'sourceRef'),
  success: (object) => `applied revision ${revision(object)}`,
  sourceReference: chartOf,
  pointers: [
    'maxHistory',
    'persistentClient',
    'install.remediation.ignoreTestFailures',
    'install.remediation.remediateLastFailure',
    'upgrade.remediation.ignoreTestFailures',
    'upgrade.remediation.remediateLastFailure',
    'upgrade.remediation.strategy',
    'uninstall.deletionPropagation',
  ],
  reconcileSwitches: {
    force: {
      about: 'force a one-off install or upgrade of the HelmRelease resource',
      annotation: 'reconcile.fluxcd.io/forceAt',
    },
    reset: {
      about: 'reset the failure count for this HelmRelease resource',
      annotation: 'reconcile.fluxcd.io/resetAt',
    },
  },
};
