import type { Release } from '@flux-host/host/helm/types.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';

const clusterKinds = new Set(['ClusterRole', 'ClusterRoleBinding', 'Namespace', 'CustomResourceDefinition']);

/** As the host does with what the API server says about a kind. */
export function namespaced(object: KubeObject, namespace: string): KubeObject {
  if (clusterKinds.has(object.kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
}

const test = (name: string, phase: 'Succeeded' | 'Failed' | '') => ({
  name,
  path: `templates/${name}.yaml`,
  manifest: '',
  events: ['test'],
  last_run: { phase },
});

/** The release with which upstream's table of filters was recorded. */
export const recordedTests: Release = {
  name: 'release',
  namespace: 'apps',
  version: 1,
  info: { status: 'deployed' },
  chart: { metadata: { name: 'app', version: '1.0.0' } },
  manifest: '',
  hooks: [test('never-run-test', ''), test('passing-test', 'Succeeded'), test('failing-test', 'Failed')],
};
