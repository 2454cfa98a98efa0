import { ExternalArtifact } from '@flux-host/crds/index.ts';
import { recordAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { artifactRevision, fetched } from './columns.ts';
import type { FluxKind } from './types.ts';

function sourceText(object: KubeObject): string {
  if (!recordAt(object, 'spec', 'sourceRef')) return '';
  return ['kind', 'namespace', 'name']
    .map((field) => stringAt(object, 'spec', 'sourceRef', field) ?? '')
    .join('/');
}

export const externalArtifact: FluxKind = {
  resource: ExternalArtifact,
  group: 'source',
  name: 'external',
  human: 'source external-artifact',
  verbs: ['get', 'export'],
  columns: [artifactRevision, { header: 'Source', value: sourceText }],
  success: fetched,
};
