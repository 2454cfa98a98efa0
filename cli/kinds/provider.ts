import { Provider } from '@flux-host/crds/index.ts';
import type { FluxKind } from './types.ts';

export const provider: FluxKind = {
  resource: Provider,
  name: 'alert-provider',
  getName: 'alert-providers',
  human: 'alert provider',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume'],
  columns: [],
  readiness: () => ({ status: 'True', message: 'Provider is Ready' }),
  success: () => 'Provider reconciliation completed',
  isStatic: () => true,
};
