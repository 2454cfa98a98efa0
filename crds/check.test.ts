import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isObjectOf, problemsOf, withDefaults } from './check.ts';
import { GitRepository } from './index.ts';
import type { Kind } from './kind.ts';
import { objectOf } from './testing/sample.ts';
import { applierSamples } from './testing/samples/appliers.ts';
import { imageSamples } from './testing/samples/image.ts';
import { notificationSamples } from './testing/samples/notification.ts';
import { pluginSamples } from './testing/samples/plugin.ts';
import { sourceSamples } from './testing/samples/source.ts';

const samples = [
  ...sourceSamples,
  ...applierSamples,
  ...notificationSamples,
  ...imageSamples,
  ...pluginSamples,
];

/** What only the API server can find: CEL rules and keys that occur twice. */
function needsServer(kind: Kind, says: string): boolean {
  return says === 'Duplicate value' || JSON.stringify(kind.spec).includes(says);
}

for (const { kind, good, bad } of samples) {
  for (const { what, spec } of good) {
    test(`a ${kind.kind} with ${what} has no problems`, () => {
      assert.equal(problemsOf(kind, objectOf(kind, 'sample', spec)), []);
    });
  }
  for (const { what, spec } of bad.filter(({ says }) => !needsServer(kind, says))) {
    test(`a ${kind.kind} with ${what} has a problem even without an API server`, () => {
      assert.ok(problemsOf(kind, objectOf(kind, 'sample', spec)).some((line) => line.startsWith('spec')));
    });
  }
}

test('a problem names the field', () => {
  const spec = {
    url: 'https://git.example.com/app.git',
    interval: '1m',
    verify: { mode: 'Some', secretRef: {} },
  };
  assert.equal(problemsOf(GitRepository, objectOf(GitRepository, 'app', spec)), [
    'spec.verify.mode: must be equal to one of the allowed values',
    'spec.verify.secretRef: must have required properties name',
  ]);
});

test('an object without a spec is not taken for one of its kind', () => {
  assert.not.ok(isObjectOf(GitRepository, objectOf(GitRepository, 'app', undefined)));
});

test('an object of another kind is not taken for one', () => {
  const [problem] = problemsOf(GitRepository, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } });
  assert.is(problem, 'is a Secret of v1, not a GitRepository of source.toolkit.fluxcd.io/v1');
});

test('defaults are filled in as the API server does it, and the original stays as it was', () => {
  const original = objectOf(GitRepository, 'app', {
    url: 'https://git.example.com/app.git',
    interval: '1m',
    verify: { secretRef: { name: 'keys' } },
  });
  const before = structuredClone(original);
  const filled = withDefaults(GitRepository, original);
  assert.ok(isObjectOf(GitRepository, filled));
  assert.is(filled.spec.timeout, '60s');
  assert.is(filled.spec.verify?.mode, 'HEAD');
  assert.is(filled.spec.ref, undefined);
  assert.equal(original, before);
});

test.run();
