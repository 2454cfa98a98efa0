import { appName, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { Install } from './options.ts';
import { ports } from './ports.ts';

function policy(install: Install, name: string, spec: object): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: install.namespace, labels: labels(install) },
    spec,
  };
}

/**
 * Shuts the namespace off from others but for metrics and webhooks. In Flux the pod that receives webhooks serves
 * nothing else; here it serves artifacts too, so that only the port of webhooks is opened.
 */
export function networkPolicies(install: Install): Manifest[] {
  const fromEverywhere = (port: number) => [
    { from: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port }] },
  ];
  return [
    policy(install, 'allow-egress', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{}],
    }),
    policy(install, 'allow-scraping', {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: fromEverywhere(ports.metrics.containerPort),
    }),
    ...(install.components.has('notification-controller')
      ? [
          policy(install, 'allow-webhooks', {
            podSelector: { matchLabels: { app: appName } },
            policyTypes: ['Ingress'],
            ingress: fromEverywhere(ports.webhooks.containerPort),
          }),
        ]
      : []),
  ];
}
