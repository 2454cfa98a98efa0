import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  getCondition,
  isReady,
  markReconciling,
  markStalled,
  setCondition,
  type WithConditions,
} from './conditions.ts';

function object(generation = 3): WithConditions {
  return { metadata: { name: 'a', generation }, status: {} };
}

test('the transition time moves only when something else changes', () => {
  const o = object();
  setCondition(o, { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'm' });
  const ready = getCondition(o, 'Ready');
  assert.ok(ready);
  ready.lastTransitionTime = '2020-01-01T00:00:00Z';
  setCondition(o, { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'm' });
  assert.is(getCondition(o, 'Ready')?.lastTransitionTime, '2020-01-01T00:00:00Z');
  setCondition(o, { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'other' });
  assert.is.not(getCondition(o, 'Ready')?.lastTransitionTime, '2020-01-01T00:00:00Z');
});

test('conditions carry the generation and stand in the order Stalled, Reconciling, Ready, others', () => {
  const o = object(7);
  for (const type of ['Healthy', 'Ready', 'Reconciling', 'ArtifactInStorage', 'Stalled']) {
    setCondition(o, { type, status: 'True', reason: 'R', message: '' });
  }
  assert.equal(
    o.status?.conditions?.map(({ type }) => type),
    ['Stalled', 'Reconciling', 'Ready', 'ArtifactInStorage', 'Healthy'],
  );
  assert.is(getCondition(o, 'Ready')?.observedGeneration, 7);
});

test('being stuck and being at work exclude each other', () => {
  const o = object();
  markStalled(o, 'URLInvalid', 'no');
  markReconciling(o, 'Progressing', 'go');
  assert.is(getCondition(o, 'Stalled'), undefined);
  markStalled(o, 'URLInvalid', 'no');
  assert.is(getCondition(o, 'Reconciling'), undefined);
});

test('a message longer than the API allows is cut and says so', () => {
  const o = object();
  setCondition(o, { type: 'Ready', status: 'False', reason: 'R', message: 'x'.repeat(40_000) });
  assert.is(getCondition(o, 'Ready')?.message.length, 32_768);
  assert.ok(getCondition(o, 'Ready')?.message.endsWith('...'));
});

test('ready for an older generation is not ready', () => {
  const o: WithConditions & { status?: { observedGeneration?: number } } = object(2);
  setCondition(o, { type: 'Ready', status: 'True', reason: 'R', message: '' });
  o.status = { ...o.status, observedGeneration: 1 };
  assert.not(isReady(o));
  o.status.observedGeneration = 2;
  assert.ok(isReady(o));
});

test.run();
