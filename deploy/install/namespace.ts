import { labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { Install } from './options.ts';

/** The namespace; pods in it that break the restricted standard cause a warning. */
export function namespace(install: Install): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: install.namespace,
      labels: {
        ...labels(install),
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': 'latest',
      },
    },
  };
}

/** Some clouds allow system-critical pods outside of kube-system only where a quota says so. */
export function criticalPodsQuota(install: Install): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: {
      name: `critical-pods-${install.namespace}`,
      namespace: install.namespace,
      labels: labels(install),
    },
    spec: {
      hard: { pods: '1000' },
      scopeSelector: {
        matchExpressions: [
          {
            scopeName: 'PriorityClass',
            operator: 'In',
            values: ['system-node-critical', 'system-cluster-critical'],
          },
        ],
      },
    },
  };
}
