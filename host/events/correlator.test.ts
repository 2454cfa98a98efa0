import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCorrelator, type Occurrence } from './correlator.ts';

const MINUTE = 60_000;

function withClock() {
  let time = 0;
  const correlator = createCorrelator({ now: () => time });
  let names = 0;
  /** Sends like the sink does: what is sent becomes an event of the cluster. */
  const send = (change: Partial<Occurrence> = {}): string => {
    const involvedObject = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name: 'b' };
    const found = correlator.correlate({
      involvedObject,
      type: 'Normal',
      reason: 'R',
      message: 'm',
      ...change,
    });
    if (found.kind === 'drop') return 'dropped';
    const { existing, key, message } = found;
    const posted = existing
      ? { ...existing, count: existing.count + 1 }
      : { name: `e${++names}`, namespace: 'a', count: 1 };
    correlator.posted(key, posted);
    return `${posted.name} ×${posted.count} ${message}`;
  };
  return { correlator, send, pass: (ms: number) => (time += ms) };
}

test('The same event again counts up; another message, reason, type or object is another event', () => {
  const { send } = withClock();
  assert.is(send(), 'e1 ×1 m');
  assert.is(send(), 'e1 ×2 m');
  assert.is(send({ message: 'other' }), 'e2 ×1 other');
  assert.is(send({ reason: 'Other' }), 'e3 ×1 m');
  assert.is(send({ type: 'Warning' }), 'e4 ×1 m');
  assert.is(
    send({ involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name: 'c' } }),
    'e5 ×1 m',
  );
  assert.is(send(), 'e1 ×3 m');
});

test('From the tenth different message of a reason on they are combined into one event', () => {
  const { send, pass } = withClock();
  for (let i = 1; i <= 9; i++) assert.is(send({ message: `m${i}` }), `e${i} ×1 m${i}`);
  assert.is(send({ message: 'm10' }), 'e10 ×1 (combined from similar events): m10');
  assert.is(send({ message: 'm11' }), 'e10 ×2 (combined from similar events): m11');
  assert.is(send({ message: 'm1', reason: 'Other' }), 'e11 ×1 m1', 'another reason is not touched');
  pass(10 * MINUTE + 1);
  assert.is(send({ message: 'm12' }), 'e12 ×1 m12', 'after ten quiet minutes they are separate again');
});

test('An object that floods is cut off after 25 events and gets one more every five minutes; others go on', () => {
  const { send, pass } = withClock();
  for (let i = 1; i <= 25; i++) assert.is(send(), `e1 ×${i} m`);
  assert.is(send(), 'dropped');
  const other = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name: 'quiet' };
  assert.is(send({ involvedObject: other }), 'e2 ×1 m');
  pass(5 * MINUTE);
  assert.is(send(), 'e1 ×26 m');
  assert.is(send(), 'dropped');
});

test('An event that the cluster forgot is made anew', () => {
  const { send, correlator } = withClock();
  send();
  const found = correlator.correlate({
    involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name: 'b' },
    type: 'Normal',
    reason: 'R',
    message: 'm',
  });
  assert.is(found.kind, 'send');
  if (found.kind === 'send') correlator.posted(found.key, undefined);
  assert.is(send(), 'e2 ×1 m');
});

test.run();
