import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';

export const namespace = 'flux-system';

/** The repository that everything of the demo comes from. */
export function gitRepository(url: string): GitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'shop', namespace },
    spec: { interval: '10m', url, ref: { branch: 'main' } },
  };
}

export function infra(): Kustomization {
  return kustomization('infra', { path: './infra' });
}

/** Waits for `infra`, and fills in variables after the build. */
export function apps(): Kustomization {
  return kustomization('apps', {
    path: './apps/production',
    dependsOn: [{ name: 'infra' }],
    postBuild: { substitute: { region: 'eu-west' } },
  });
}

/** The chat that rollouts are announced in. */
export function chatProvider(address: string): Provider {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Provider',
    metadata: { name: 'chat', namespace },
    spec: { type: 'slack', address, channel: 'deployments' },
  };
}

export function chatAlert(): Alert {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Alert',
    metadata: { name: 'rollouts', namespace },
    spec: { providerRef: { name: 'chat' }, eventSources: [{ kind: 'Kustomization', name: 'apps' }] },
  };
}

/** Where the Git server's webhooks go; signed with the token, as GitHub does. */
export function webhook(): Receiver {
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: { name: 'pushes', namespace },
    spec: {
      type: 'github',
      events: ['push'],
      secretRef: { name: 'webhook-token' },
      resources: [{ kind: 'GitRepository', name: 'shop' }],
    },
  };
}

export function webhookToken(token: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'webhook-token', namespace },
    data: { token: Buffer.from(token).toString('base64') },
  };
}

/** Uses a plugin that never returns. */
export function runaway(): Kustomization {
  return kustomization('runaway', { path: './infra', builder: { plugin: 'spin' } });
}

function kustomization(name: string, spec: Partial<Kustomization['spec']>): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: {
      interval: '10m',
      timeout: '2m',
      prune: true,
      wait: true,
      sourceRef: { kind: 'GitRepository', name: 'shop' },
      ...spec,
    },
  };
}
