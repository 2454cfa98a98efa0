import { HelmChart } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { fetched, suspended, text } from './columns.ts';
import type { FluxKind } from './types.ts';

export const helmChart: FluxKind = {
  resource: HelmChart,
  group: 'source',
  name: 'chart',
  human: 'source chart',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  // The revision is a version, not to be shortened.
  columns: [text('Revision', 'status', 'artifact', 'revision'), suspended],
  success: fetched,
  sourceReference: (object) => ({
    kind: stringAt(object, 'spec', 'sourceRef', 'kind') ?? '',
    name: stringAt(object, 'spec', 'sourceRef', 'name') ?? '',
    namespace: object.metadata.namespace ?? '',
  }),
  alwaysWithSource: true,
};
