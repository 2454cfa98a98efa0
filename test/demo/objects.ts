import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { GitRepository } from '@flux-host/crds/source/git-repository.ts';

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
