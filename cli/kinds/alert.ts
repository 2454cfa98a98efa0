import { Alert } from '@flux-host/crds/index.ts';
import { suspended } from './columns.ts';
import type { FluxKind } from './types.ts';

export const alert: FluxKind = {
  resource: Alert,
  name: 'alert',
  getName: 'alerts',
  human: 'alert',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume'],
  columns: [suspended],
  readiness: () => ({ status: 'True', message: 'Alert is Ready' }),
  success: () => 'Alert reconciliation completed',
  isStatic: () => true,
};
