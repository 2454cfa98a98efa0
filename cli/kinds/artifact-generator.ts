import { ArtifactGenerator } from '@flux-host/crds/index.ts';
import type { FluxKind } from './types.ts';

export const artifactGenerator: FluxKind = {
  resource: ArtifactGenerator,
  group: 'artifact',
  name: 'generator',
  getName: 'generators',
  human: 'artifactgenerator',
  verbs: ['get', 'export'],
  // It has no spec.suspend: an annotation stops its reconciliation.
  columns: [
    {
      header: 'Suspended',
      value: ({ metadata }) =>
        metadata.annotations?.['source.extensions.fluxcd.io/reconcile']?.toLowerCase() === 'disabled'
          ? 'True'
          : 'False',
    },
  ],
  verbatimMessage: true,
  success: () => 'ArtifactGenerator reconciliation completed',
};
