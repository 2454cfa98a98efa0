import { ImageRepository } from '@flux-host/crds/index.ts';
import { numberAt } from '@flux-host/host/json.ts';
import { suspended, text } from './columns.ts';
import type { FluxKind } from './types.ts';

export const imageRepository: FluxKind = {
  resource: ImageRepository,
  group: 'image',
  name: 'repository',
  human: 'image repository',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [text('Last scan', 'status', 'lastScanResult', 'scanTime'), suspended],
  verbatimMessage: true,
  success: (object) => `scan fetched ${numberAt(object, 'status', 'lastScanResult', 'tagCount') ?? 0} tags`,
};
