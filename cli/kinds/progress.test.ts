import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { progressOf } from './progress.ts';

type Given = readonly [type: string, status: string, reason?: string, observedGeneration?: number];

/** A Kustomization in generation 2. */
function object(observedGeneration: number | undefined, ...conditions: readonly Given[]): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'apps', generation: 2 },
    status: {
      ...(observedGeneration !== undefined && { observedGeneration }),
      conditions: conditions.map(([type, status, reason = 'Reason', generation = 2]) => ({
        type,
        status,
        reason,
        message: `${type} ${status}`,
        observedGeneration: generation,
      })),
    },
  };
}

const cases: readonly (readonly [string, KubeObject, string])[] = [
  ['nothing was done yet', object(-1), 'waiting'],
  ['Ready is about the last generation', object(1, ['Ready', 'True', 'Done', 1]), 'waiting'],
  ['a failure is about the last generation', object(1, ['Ready', 'False', 'BuildFailed', 1]), 'waiting'],
  ['it is ready', object(2, ['Ready', 'True']), 'ready'],
  [
    'the controller is at work',
    object(2, ['Reconciling', 'True', 'Progressing'], ['Ready', 'Unknown']),
    'waiting',
  ],
  [
    'the controller is at work again after a failure',
    object(2, ['Reconciling', 'True', 'Progressing'], ['Ready', 'False', 'BuildFailed']),
    'waiting',
  ],
  [
    'an attempt failed and another follows',
    object(2, ['Reconciling', 'True', 'ProgressingWithRetry'], ['Ready', 'False', 'BuildFailed']),
    'failed',
  ],
  [
    'a dependency is not ready',
    object(2, ['Reconciling', 'True', 'ProgressingWithRetry'], ['Ready', 'False', 'DependencyNotReady']),
    'waiting',
  ],
  [
    'it is stalled',
    object(2, ['Stalled', 'True', 'InvalidPath'], ['Ready', 'False', 'InvalidPath']),
    'failed',
  ],
  ['it was stalled in the last generation', object(1, ['Stalled', 'True', 'InvalidPath', 1]), 'waiting'],
  ['it failed for good', object(2, ['Ready', 'False', 'HealthCheckFailed']), 'failed'],
];

for (const [what, given, expected] of cases) {
  test(`when ${what} the command is ${expected}`, () => {
    assert.is(progressOf(given).state, expected);
  });
}

test('a failure says why', () => {
  assert.equal(progressOf(object(2, ['Ready', 'False', 'BuildFailed'])), {
    state: 'failed',
    message: 'Ready False',
  });
});

test.run();
