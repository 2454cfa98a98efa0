import { appName, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { Install } from './options.ts';
import { containerPorts, ports } from './ports.ts';

/** Where the container image holds the first-party plugins. */
export const imagePluginsDir = '/plugins';

/**
 * The process. One replica that is replaced, not rolled: the artifacts are on its own volume, and two would not
 * both be leader anyway.
 */
export function deployment(install: Install): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: appName,
      namespace: install.namespace,
      labels: { ...labels(install, appName), 'control-plane': 'controller' },
    },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: appName } },
      template: {
        metadata: {
          labels: { app: appName, ...labels(install, appName) },
          annotations: {
            'prometheus.io/scrape': 'true',
            'prometheus.io/port': `${ports.metrics.containerPort}`,
          },
        },
        spec: podSpec(install),
      },
    },
  };
}

function podSpec(install: Install): object {
  return {
    serviceAccountName: appName,
    priorityClassName: 'system-cluster-critical',
    terminationGracePeriodSeconds: gracePeriod(install),
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    // Lets the process read the tokens that clouds project into the pod.
    securityContext: { fsGroup: 1337 },
    ...(install.imagePullSecret ? { imagePullSecrets: [{ name: install.imagePullSecret }] } : {}),
    ...(install.tolerationKeys.length > 0
      ? { tolerations: install.tolerationKeys.map((key) => ({ key, operator: 'Exists' })) }
      : {}),
    containers: [container(install)],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}

function container(install: Install): object {
  return {
    name: 'manager',
    image: install.image,
    imagePullPolicy: 'IfNotPresent',
    args: args(install),
    env: [
      { name: 'RUNTIME_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      // The home of the trust root of Sigstore has to be writable.
      { name: 'TUF_ROOT', value: '/tmp/.sigstore' },
    ],
    ports: containerPorts(install).map((port) => ({ ...port, protocol: 'TCP' })),
    livenessProbe: { httpGet: { path: '/healthz', port: ports.health.name } },
    readinessProbe: { httpGet: { path: '/readyz', port: ports.health.name } },
    // Twice the limits of one controller of Flux, in place of those of six.
    resources: {
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { cpu: '2000m', memory: '2Gi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
}

function args(install: Install): string[] {
  const { components, watchAllNamespaces, logLevel, clusterDomain } = install;
  return [
    `--components=${[...components].join(',')}`,
    `--watch-all-namespaces=${watchAllNamespaces}`,
    `--log-level=${logLevel}`,
    '--log-encoding=json',
    '--enable-leader-election',
    `--plugins-dir=${imagePluginsDir}`,
    '--storage-path=/data',
    `--storage-addr=:${ports.artifacts.containerPort}`,
    `--storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.${clusterDomain}.`,
    ...(components.has('notification-controller')
      ? [
          `--notification-addr=:${ports.events.containerPort}`,
          `--receiverAddr=:${ports.webhooks.containerPort}`,
        ]
      : []),
    // As `flux install` does: who installs the generator of artifacts wants to use them.
    ...(components.has('source-watcher') ? ['--feature-gates=ExternalArtifact=true'] : []),
  ];
}

/** Seconds to finish what was begun: as long as the most patient of Flux's controllers that is chosen. */
function gracePeriod({ components }: Install): number {
  if (components.has('helm-controller')) return 600;
  return components.has('kustomize-controller') ? 60 : 10;
}
