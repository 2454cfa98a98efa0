import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLru } from './lru.ts';

test('the value that was used least recently goes first', () => {
  const lru = createLru<string>(10);
  lru.set('a', 'A', 4);
  lru.set('b', 'B', 4);
  lru.get('a');
  lru.set('c', 'C', 4);
  assert.equal([lru.get('a'), lru.get('b'), lru.get('c')], ['A', undefined, 'C']);
  assert.is(lru.bytes, 8);
});

test('a value that is larger than everything is not kept, nor is what it replaces', () => {
  const lru = createLru<string>(10);
  lru.set('a', 'A', 4);
  lru.set('b', 'B', 4);
  lru.set('a', 'huge', 11);
  assert.equal([lru.get('a'), lru.get('b'), lru.bytes], [undefined, 'B', 4]);
});

test.run();
