import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { humanDuration } from './age.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// From the documentation of k8s.io/apimachinery/pkg/util/duration.
const expected: readonly (readonly [number, string])[] = [
  [-2 * second, '<invalid>'],
  [0, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [9 * minute + 59 * second, '9m59s'],
  [10 * minute + 30 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour + minute, '3h1m'],
  [8 * hour + minute, '8h'],
  [2 * day, '2d'],
  [2 * day + 3 * hour, '2d3h'],
  [8 * day + 3 * hour, '8d'],
  [729 * day, '729d'],
  [2 * 365 * day, '2y'],
  [3 * 365 * day + day, '3y1d'],
  [9 * 365 * day + day, '9y'],
];

test('ages read as in kubectl', () => {
  for (const [ms, text] of expected) assert.is(humanDuration(ms), text);
});

test.run();
