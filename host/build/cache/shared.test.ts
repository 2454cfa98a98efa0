import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createShared } from './shared.ts';

const live = new AbortController().signal;
const abort = () => new DOMException('aborted', 'AbortError');

test('many who ask at once get one value, made once, and later ones the kept one', async () => {
  const shared = createShared<string>({ limit: 100, sizeOf: (value) => value.length });
  let made = 0;
  const ask = () =>
    shared.get(
      'a',
      async () => {
        made += 1;
        return 'value';
      },
      live,
    );
  assert.equal(await Promise.all([ask(), ask(), ask()]), ['value', 'value', 'value']);
  assert.is(await ask(), 'value');
  assert.is(made, 1);
});

test('a failure reaches all who wait, and the next one tries again', async () => {
  const shared = createShared<string>({ limit: 100, sizeOf: () => 1 });
  const fails = () => shared.get('a', () => Promise.reject(new Error('broken')), live);
  const results = await Promise.allSettled([fails(), fails()]);
  assert.equal(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.is(await shared.get('a', async () => 'well', live), 'well');
});

test('when the maker gives up, who waits takes over', async () => {
  const shared = createShared<string>({ limit: 100, sizeOf: () => 1 });
  const first = shared.get('a', () => Promise.reject(abort()), live).catch((error: Error) => error.name);
  const second = shared.get('a', async () => 'mine', live);
  assert.is(await first, 'AbortError');
  assert.is(await second, 'mine');
});

test('a value that must not be kept is made again', async () => {
  const shared = createShared<number>({ limit: 100, sizeOf: () => undefined });
  let made = 0;
  const ask = () => shared.get('a', async () => ++made, live);
  await ask();
  assert.is(await ask(), 2);
});

test.run();
