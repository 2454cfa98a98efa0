import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { type Breaker, createBreaker, type Health } from './breaker.ts';

const crash = new FluxError('FLUX_E_PLUGIN_TRAP', 'plugin p crashed: unreachable');

function started(options: { threshold?: number } = {}) {
  let now = 1_000_000;
  let changes = 0;
  const onChange = () => {
    changes += 1;
  };
  const breaker = createBreaker({
    plugin: 'p',
    firstMs: 1000,
    longestMs: 4000,
    now: () => now,
    onChange,
    ...options,
  });
  return { breaker, pass: (ms: number) => (now += ms), changes: () => changes };
}

function call(breaker: Breaker, health: Health, namespace = 'a'): void {
  breaker.enter(namespace)(health, health === 'broken' ? crash : undefined);
}

function refusal(breaker: Breaker, namespace = 'a'): FluxError | undefined {
  try {
    breaker.enter(namespace);
    return undefined;
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
}

test('five breakdowns in a row open the circuit; the refusal says until when, and what happened last', () => {
  const { breaker } = started();
  for (let count = 0; count < 4; count += 1) call(breaker, 'broken');
  assert.equal(breaker.open(), []);
  call(breaker, 'broken');
  const error = refusal(breaker);
  assert.is(error?.code, 'FLUX_E_PLUGIN_BROKEN');
  assert.is(error?.retryAfterMs, 1000);
  assert.match(
    error?.message ?? '',
    /for namespace a until .*5 times in a row, the last time: .*unreachable/,
  );
});

test('a call that goes well in between starts the count anew; one that says nothing does not', () => {
  const { breaker } = started({ threshold: 2 });
  for (const health of ['broken', 'well', 'broken', 'unknown'] as const) call(breaker, health);
  assert.is(refusal(breaker), undefined);
  call(breaker, 'broken');
  assert.ok(refusal(breaker));
});

test('other namespaces are not refused', () => {
  const { breaker } = started({ threshold: 1 });
  call(breaker, 'broken', 'a');
  assert.ok(refusal(breaker, 'a'));
  assert.is(refusal(breaker, 'b'), undefined);
});

test('after the time one call tries it again, while others are still refused', () => {
  const { breaker, pass } = started({ threshold: 1 });
  call(breaker, 'broken');
  pass(1000);
  const settle = breaker.enter('a');
  assert.ok(refusal(breaker), 'a second probe');
  settle('well');
  assert.is(refusal(breaker), undefined);
  assert.equal(breaker.open(), []);
});

test('each vain attempt doubles the time, up to a limit', () => {
  const { breaker, pass } = started({ threshold: 1 });
  call(breaker, 'broken');
  for (const ms of [2000, 4000, 4000]) {
    pass(10_000);
    call(breaker, 'broken');
    assert.is(refusal(breaker)?.retryAfterMs, ms);
  }
});

test('an attempt that was given up leaves the circuit as it was, and the next one may try', () => {
  const { breaker, pass } = started({ threshold: 1 });
  call(breaker, 'broken');
  pass(1000);
  call(breaker, 'unknown');
  assert.is(refusal(breaker), undefined);
  assert.is(breaker.open().length, 1);
});

test('calls that ran while it opened do not prolong it', () => {
  const { breaker } = started({ threshold: 2 });
  const settles = [1, 2, 3, 4].map(() => breaker.enter('a'));
  for (const settle of settles) settle('broken', crash);
  assert.is(refusal(breaker)?.retryAfterMs, 1000);
});

test('another module starts with a clean slate; late calls of the old one do not count', () => {
  const { breaker } = started({ threshold: 1 });
  const late = breaker.enter('b');
  call(breaker, 'broken', 'a');
  breaker.reset();
  late('broken', crash);
  assert.is(refusal(breaker, 'a'), undefined);
  assert.is(refusal(breaker, 'b'), undefined);
});

test('opening and closing is told', () => {
  const { breaker, pass, changes } = started({ threshold: 1 });
  call(breaker, 'well');
  assert.is(changes(), 0);
  call(breaker, 'broken');
  assert.is(changes(), 1);
  pass(1000);
  call(breaker, 'well');
  assert.is(changes(), 2);
});

test('namespaces without end take no memory without end', () => {
  const { breaker } = started({ threshold: 1 });
  for (let count = 0; count < 1500; count += 1) call(breaker, 'broken', `n${count}`);
  assert.is(breaker.open().length, 1000);
});

test.run();
