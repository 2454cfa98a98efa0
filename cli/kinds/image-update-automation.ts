import { ImageUpdateAutomation } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { suspended, text } from './columns.ts';
import { readyCondition } from './conditions.ts';
import type { FluxKind } from './types.ts';

export const imageUpdateAutomation: FluxKind = {
  resource: ImageUpdateAutomation,
  group: 'image',
  name: 'update',
  human: 'image update automation',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [text('Last run', 'status', 'lastAutomationRunTime'), suspended],
  verbatimMessage: true,
  success(object) {
    const lastRun = stringAt(object, 'status', 'lastAutomationRunTime');
    return readyCondition(object)?.message ?? (lastRun ? `last run ${lastRun}` : 'automation not yet run');
  },
};
