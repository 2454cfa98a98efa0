import { GitRepository } from '@flux-host/crds/index.ts';
import { artifactRevision, fetched, suspended } from './columns.ts';
import type { FluxKind } from './types.ts';

export const gitRepository: FluxKind = {
  resource: GitRepository,
  group: 'source',
  name: 'git',
  human: 'source git',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [artifactRevision, suspended],
  success: fetched,
  pointers: ['ignore'],
};
