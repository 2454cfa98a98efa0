import { Bucket } from '@flux-host/crds/index.ts';
import { artifactRevision, fetched, suspended } from './columns.ts';
import type { FluxKind } from './types.ts';

export const bucket: FluxKind = {
  resource: Bucket,
  group: 'source',
  name: 'bucket',
  human: 'source bucket',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [artifactRevision, suspended],
  success: fetched,
  pointers: ['ignore'],
};
