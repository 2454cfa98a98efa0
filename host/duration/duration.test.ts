import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatDuration, parseDuration } from './duration.ts';

test('durations as Flux users write them become milliseconds', () => {
  assert.is(parseDuration('30s'), 30_000);
  assert.is(parseDuration('1h30m'), 5_400_000);
  assert.is(parseDuration('750ms'), 750);
  assert.is(parseDuration('1.5m'), 90_000);
});

test('what is no duration is refused with an example of one', () => {
  for (const text of ['', '10', '5 m', '1d', 'm', '5m!']) {
    assert.throws(() => parseDuration(text), /is not a duration such as/);
  }
});

test('durations are printed as Go prints them', () => {
  assert.is(formatDuration(600_000), '10m0s');
  assert.is(formatDuration(60_000), '1m0s');
  assert.is(formatDuration(3_600_000), '1h0m0s');
  assert.is(formatDuration(1204), '1.204s');
  assert.is(formatDuration(350), '350ms');
  assert.is(formatDuration(0), '0s');
});

test.run();
