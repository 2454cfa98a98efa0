import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import { setCondition } from '../conditions.ts';
import { checkDependencies, watchedDependenciesOf } from './dependencies.ts';
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

function check(object: Kustomization, others: Kustomization[], additiveReadyExpr = false): string {
  try {
    checkDependencies(object, {
      revision: 'main@sha1:b',
      retryAfterMs: 1000,
      additiveReadyExpr,
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
  const missing =
    'dependency \'apps/infra\' not found: kustomizations.kustomize.toolkit.fluxcd.io "infra" not found';
  assert.is(check(kustomization('web', ['infra']), []), missing);
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

/** `web`, which waits for `infra` by an expression. */
function waiting(readyExpr: string): Kustomization {
  const object = kustomization('web');
  object.metadata.labels = { version: 'v2' };
  object.spec.dependsOn = [{ name: 'infra', readyExpr }];
  return object;
}

test('an expression takes the place of the built-in check', () => {
  const same = waiting('self.metadata.labels.version == dep.metadata.labels.version');
  const infra = kustomization('infra');
  infra.metadata.labels = { version: 'v1' };
  assert.is(check(same, [infra]), "dependency 'apps/infra' is not ready according to readyExpr eval");
  infra.metadata.labels['version'] = 'v2';
  assert.is(check(same, [infra]), 'ready');
  assert.match(check(same, []), /dependency 'apps\/infra' not found/);
});

test('with the gate AdditiveCELDependencyCheck both have to be fulfilled', () => {
  assert.is(check(waiting('true'), [kustomization('infra')], true), "dependency 'apps/infra' is not ready");
  assert.is(check(waiting('true'), [kustomization('infra', [], 'main@sha1:b')], true), 'ready');
  assert.match(
    check(waiting('false'), [kustomization('infra', [], 'main@sha1:b')], true),
    /according to readyExpr/,
  );
});

test('an expression over a field that the dependency lacks is waited for', () => {
  assert.match(
    check(waiting("dep.metadata.annotations['a/b'] == 'x'"), [kustomization('infra')]),
    /^failed to evaluate the CEL expression .*: no such key: annotations/,
  );
});

test('an expression that is wrong stalls the object', () => {
  try {
    checkDependencies(waiting('self.generation == deps.generation'), {
      revision: 'r',
      retryAfterMs: 1000,
      additiveReadyExpr: false,
      find: () => kustomization('infra'),
    });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, FluxError);
    if (!(error instanceof FluxError)) return;
    assert.is(error.terminal, true);
    assert.is(error.reason, 'InvalidCELExpression');
    assert.match(
      error.message,
      /^Reconciliation failed terminally due to configuration error: terminal error: failed to evaluate dependency infra: failed to parse the CEL/,
    );
  }
});

test('only who waits for an expression watches every change of its dependencies', () => {
  const object = waiting('false');
  assert.equal(watchedDependenciesOf(object), []);
  setCondition(object, { type: 'Ready', status: 'False', reason: 'DependencyNotReady', message: '' });
  assert.equal(watchedDependenciesOf(object), [{ namespace: 'apps', name: 'infra' }]);
  assert.equal(watchedDependenciesOf(kustomization('web', ['infra'])), []);
});

test('paths are taken below the root of the artifact', () => {
  const at = (path: string) => pathOf({ ...kustomization('a'), spec: { ...kustomization('a').spec, path } });
  assert.is(at('./apps/web/'), 'apps/web');
  assert.is(at('./'), '');
  assert.is(at('../../etc'), 'etc');
});

test.run();
