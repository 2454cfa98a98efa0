import { OCIRepository } from '@flux-host/crds/index.ts';
import { artifactRevision, fetched, suspended } from './columns.ts';
import type { FluxKind } from './types.ts';

export const ociRepository: FluxKind = {
  resource: OCIRepository,
  group: 'source',
  name: 'oci',
  human: 'source oci',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [artifactRevision, suspended],
  success: fetched,
  pointers: ['ignore'],
};
