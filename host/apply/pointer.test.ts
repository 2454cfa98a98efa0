import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clone } from '../json.ts';
import { lookup, parsePointer, removeAt, replaceAt } from './pointer.ts';

test('a pointer reaches what the document has, keys with slashes and tildes included', () => {
  const document = { 'a/b': { 'c~d': [1, 2, 3] } };
  assert.is(lookup(document, parsePointer('/a~1b/c~0d/-1')), 3);
  replaceAt(document, parsePointer('/a~1b/c~0d/0'), 'new');
  removeAt(document, parsePointer('/a~1b/c~0d/1'));
  assert.equal(document, { 'a/b': { 'c~d': ['new', 3] } });
});

test('a pointer of a user does not reach what all objects share', () => {
  const paths = [
    '/__proto__/isPrototypeOf',
    '/a/__proto__/isPrototypeOf',
    '/list/__proto__/map',
    '/constructor/prototype/isPrototypeOf',
  ];
  for (const path of paths) {
    const document = { a: {}, list: [] };
    assert.is(lookup(document, parsePointer(path)), undefined, path);
    removeAt(document, parsePointer(path));
    replaceAt(document, parsePointer(path), 'changed');
  }
  replaceAt({}, parsePointer('/__proto__/polluted'), 'yes');
  assert.type(Reflect.get({}, 'isPrototypeOf'), 'function');
  assert.type(Reflect.get([], 'map'), 'function');
  assert.is(Reflect.get({}, 'polluted'), undefined);
});

test('a field with the name of a prototype is a field', () => {
  const document = JSON.parse('{"data":{"__proto__":{"hidden":true}}}');
  const copy = clone(document);
  assert.is(JSON.stringify(copy), JSON.stringify(document));
  assert.is(Reflect.get(copy.data, 'hidden'), undefined);
  replaceAt(copy, parsePointer('/data/__proto__'), 'plain');
  assert.is(JSON.stringify(copy), '{"data":{"__proto__":"plain"}}');
});

test.run();
