import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { setCondition } from '../conditions.ts';
import { checkDependencies } from './dependencies.ts';
import { pathOf } from './source.ts';

function kustomization(name: string, dependsOn: string[] = [], revision?: string): Kustomization {
  const object: Kustomization = {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'apps', generation: 1 },
    spec: {
      interval: '10m',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'repo' },
      dependsOn: dependsOn.map((dependency) => ({ name: dependency })),
    },
  };
  if (revision) {
    setCondition(object, { type: 'Ready', status: 'True', reason: 'R', message: '' });
    object.status = { ...object.status, observedGeneration: 1, lastAppliedRevision: revision };
  }
  return object;
}

function check(object: Kustomization, others: Kustomization[], revision = 'main@sha1:b'): string {
  try {
    checkDependencies(object, {
      revision,
      retryAfterMs: 1000,
      find: ({ name }) => [object, ...others].find((other) => other.metadata.name === name),
    });
    return 'ready';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test('a dependency that is ready at the same revision lets the object go', () => {
  assert.is(check(kustomization('web', ['infra']), [kustomization('infra', [], 'main@sha1:b')]), 'ready');
});

test('a missing, unready or older dependency holds it back, each in words of Flux', () => {
  assert.is(check(kustomization('web', ['infra']), []), "dependency 'apps/infra' not found");
  assert.is(
    check(kustomization('web', ['infra']), [kustomization('infra')]),
    "dependency 'apps/infra' is not ready",
  );
  assert.is(
    check(kustomization('web', ['infra']), [kustomization('infra', [], 'main@sha1:a')]),
    "dependency 'apps/infra' revision is not up to date",
  );
});

test('a circle is named from start to end', () => {
  const message = check(kustomization('a', ['b']), [kustomization('b', ['c']), kustomization('c', ['a'])]);
  assert.is(message, 'dependency circle: apps/a → apps/b → apps/c → apps/a');
});

test('paths are taken below the root of the artifact', () => {
  const at = (path: string) => pathOf({ ...kustomization('a'), spec: { ...kustomization('a').spec, path } });
  assert.is(at('./apps/web/'), 'apps/web');
  assert.is(at('./'), '');
  assert.is(at('../../etc'), 'etc');
});

test.run();
