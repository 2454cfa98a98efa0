import { Kustomization } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { truncateHex } from '../output/truncate.ts';
import { referenceText, suspended } from './columns.ts';
import type { FluxKind } from './types.ts';

export const kustomization: FluxKind = {
  resource: Kustomization,
  name: 'kustomization',
  aliases: ['ks'],
  getName: 'kustomizations',
  human: 'kustomization',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [
    {
      header: 'Revision',
      value: (object) => truncateHex(stringAt(object, 'status', 'lastAppliedRevision') ?? ''),
    },
    suspended,
  ],
  source: (object) => referenceText(object, 'spec', 'sourceRef'),
  success: (object) => `applied revision ${stringAt(object, 'status', 'lastAppliedRevision') ?? ''}`,
  sourceReference: (object) => ({
    kind: stringAt(object, 'spec', 'sourceRef', 'kind') ?? '',
    name: stringAt(object, 'spec', 'sourceRef', 'name') ?? '',
    namespace: stringAt(object, 'spec', 'sourceRef', 'namespace') || (object.metadata.namespace ?? ''),
  }),
};
