import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Trial } from './trial.ts';

test('three breakdowns in a row before anything went well fail the trial, once', () => {
  const trial = new Trial([]);
  assert.equal(
    [1, 2, 3, 4].map(() => trial.count('a', 'broken')),
    [false, false, true, false],
  );
});

test('one call that goes well passes it for good', () => {
  const trial = new Trial([]);
  trial.count('a', 'broken');
  trial.count('b', 'well');
  assert.ok(trial.passed);
  assert.equal(
    [1, 2, 3, 4].map(() => trial.count('a', 'broken')),
    [false, false, false, false],
  );
});

test('what is nobody’s fault does not count', () => {
  const trial = new Trial([]);
  for (let count = 0; count < 10; count += 1) assert.not(trial.count('a', 'unknown'));
  assert.not(trial.passed);
});

test('a namespace in which the old module broke down, too, has no say', () => {
  const trial = new Trial(['a']);
  for (let count = 0; count < 10; count += 1) assert.not(trial.count('a', 'broken'));
  assert.equal(
    [1, 2, 3].map(() => trial.count('b', 'broken')),
    [false, false, true],
  );
});

test.run();
