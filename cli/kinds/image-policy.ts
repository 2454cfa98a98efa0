import { ImagePolicy } from '@flux-host/crds/index.ts';
import { stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { text } from './columns.ts';
import type { FluxKind } from './types.ts';

function latestReference(object: KubeObject): string {
  const [name, tag, digest] = ['name', 'tag', 'digest'].map((field) =>
    stringAt(object, 'status', 'latestRef', field),
  );
  return `${name ?? ''}:${tag ?? ''}${digest ? `@${digest}` : ''}`;
}

export const imagePolicy: FluxKind = {
  resource: ImagePolicy,
  group: 'image',
  name: 'policy',
  human: 'image policy',
  verbs: ['get', 'export', 'delete', 'suspend', 'resume', 'reconcile'],
  columns: [text('Image', 'status', 'latestRef', 'name'), text('Tag', 'status', 'latestRef', 'tag')],
  verbatimMessage: true,
  success: (object) => `selected ref ${latestReference(object)}`,
};
