import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { KubeObject } from '../../kube/types.ts';

/** `spec.commonMetadata` goes on every object, after the build. */
export function withCommonMetadata(
  { spec }: Pick<Kustomization, 'spec'>,
  objects: readonly KubeObject[],
): readonly KubeObject[] {
  const { labels, annotations } = spec.commonMetadata ?? {};
  if (!labels && !annotations) return objects;
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      ...(labels ? { labels: { ...object.metadata.labels, ...labels } } : {}),
      ...(annotations ? { annotations: { ...object.metadata.annotations, ...annotations } } : {}),
    },
  }));
}
