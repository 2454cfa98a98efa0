import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { getCondition, setCondition, type WithConditions } from './conditions.ts';
import { markProgress, summarise } from './summary.ts';

const rules = {
  order: ['FetchFailed', 'ArtifactOutdated', 'ArtifactInStorage', 'SourceVerified', 'Stalled', 'Reconciling'],
  negative: ['FetchFailed', 'ArtifactOutdated', 'Stalled', 'Reconciling'],
  decisive: ['SourceVerified'],
};

function withConditions(...conditions: [string, 'True' | 'False' | 'Unknown'][]): WithConditions {
  const object: WithConditions = { metadata: { name: 'a', generation: 1 } };
  for (const [type, status] of conditions) {
    setCondition(object, { type, status, reason: `${type}Reason`, message: `${type} message` });
  }
  return object;
}

test('a stored artifact makes the object ready', () => {
  const object = withConditions(['ArtifactInStorage', 'True']);
  summarise(object, rules);
  assert.is(getCondition(object, 'Ready')?.status, 'True');
  assert.is(getCondition(object, 'Ready')?.reason, 'ArtifactInStorageReason');
});

test('a failed fetch wins over an artifact that is still there, and over work in progress', () => {
  const object = withConditions(
    ['Reconciling', 'True'],
    ['ArtifactInStorage', 'True'],
    ['FetchFailed', 'True'],
  );
  summarise(object, rules);
  assert.is(getCondition(object, 'Ready')?.status, 'False');
  assert.is(getCondition(object, 'Ready')?.message, 'FetchFailed message');
});

test('a failed verification overrides everything', () => {
  const object = withConditions(['ArtifactInStorage', 'True'], ['SourceVerified', 'False']);
  summarise(object, rules);
  assert.is(getCondition(object, 'Ready')?.status, 'False');
  assert.is(getCondition(object, 'Ready')?.reason, 'SourceVerifiedReason');
});

test('work on an object that is ready leaves it ready until its artifact is out of date', () => {
  const object = withConditions(['Ready', 'True']);
  markProgress(object, 'looking', false);
  assert.is(getCondition(object, 'Ready')?.status, 'True');
  markProgress(object, 'building', true);
  assert.is(getCondition(object, 'Ready')?.status, 'Unknown');
});

test.run();
