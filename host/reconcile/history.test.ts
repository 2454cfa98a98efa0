import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { recordHistory, type Snapshot } from './history.ts';

const entry = (digest: string, status = 'ReconciliationSucceeded') => ({
  digest,
  status,
  durationMs: 1500,
  metadata: { revision: `main@sha1:${digest}` },
});

test('the same digest and status are counted, moved to the front and keep their first time', () => {
  let history: Snapshot[] = recordHistory(undefined, entry('a'));
  history = history.map((snapshot) => ({ ...snapshot, firstReconciled: '2020-01-01T00:00:00Z' }));
  history = recordHistory(history, entry('b'));
  history = recordHistory(history, entry('a'));
  assert.equal(
    history.map(({ digest, totalReconciliations }) => [digest, totalReconciliations]),
    [
      ['a', 2],
      ['b', 1],
    ],
  );
  assert.is(history[0]?.firstReconciled, '2020-01-01T00:00:00Z');
  assert.is(history[0]?.lastReconciledDuration, '1.5s');
});

test('a failure of the same digest is a line of its own', () => {
  const history = recordHistory(recordHistory(undefined, entry('a')), entry('a', 'HealthCheckFailed'));
  assert.is(history.length, 2);
});

test('five lines are kept', () => {
  let history: Snapshot[] = [];
  for (const digest of 'abcdefg') history = recordHistory(history, entry(digest));
  assert.equal(
    history.map(({ digest }) => digest),
    ['g', 'f', 'e', 'd', 'c'],
  );
});

test.run();
