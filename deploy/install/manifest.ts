import type { ObjectMeta } from '@flux-host/crds/common/object-meta.ts';

/** A Kubernetes object to install. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}
