import { Receiver } from '@flux-host/crds/index.ts';
import { suspended } from './columns.ts';
import type { FluxKind } from './types.ts';

export const receiver: FluxKind = {
  resource: Receiver,
  name: 'receiver',
  getName: 'receivers',
  human: 'receiver',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [suspended],
  verbatimMessage: true,
  success: () => 'Receiver reconciliation completed',
};
