import type { Component } from './components.ts';
import { appName, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { Install } from './options.ts';
import { ports } from './ports.ts';

/** Under the names that other controllers and ingresses know from Flux. */
const services: readonly { name: string; component: Component; targetPort: string }[] = [
  { name: 'source-controller', component: 'source-controller', targetPort: ports.artifacts.name },
  { name: 'notification-controller', component: 'notification-controller', targetPort: ports.events.name },
  { name: 'webhook-receiver', component: 'notification-controller', targetPort: ports.webhooks.name },
];

export function serviceManifests(install: Install): Manifest[] {
  return services
    .filter(({ component }) => install.components.has(component))
    .map(({ name, component, targetPort }) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name,
        namespace: install.namespace,
        labels: { ...labels(install, component), 'control-plane': 'controller' },
      },
      spec: {
        type: 'ClusterIP',
        selector: { app: appName },
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort }],
      },
    }));
}
