import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareDocuments } from './compare.ts';
import { humanReport } from './human.ts';
import { neatYaml } from './neat.ts';

function report(from: unknown, to: unknown, width?: number): string {
  return humanReport(compareDocuments(from, to), width);
}

test('what is equal makes no difference, in whatever order its keys are', () => {
  assert.equal(compareDocuments({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }), []);
});

test('a changed value is shown with its path, entries of lists by their names', () => {
  const spec = (port: number) => ({
    spec: {
      ports: [
        { name: 'http', port },
        { name: 'grpc', port: 1 },
      ],
    },
  });
  assert.is(report(spec(80), spec(81)), '\nspec.ports.http.port\n± value change\n- 80\n+ 81\n\n');
});

test('what came and what went at one place stand side by side, or below each other in a narrow terminal', () => {
  const [from, to] = [{ data: { old: '*****' } }, { data: { new: '*****' } }];
  assert.is(
    report(from, to),
    '\ndata\n- one map entry removed:   + one map entry added:\nold: "*****"                 new: "*****"\n\n',
  );
  assert.is(
    report(from, to, 20),
    '\ndata\n- one map entry removed:\nold: "*****"\n\n+ one map entry added:\n  new: "*****"\n\n\n',
  );
});

test('entries of lists without names are compared as a set, each as often as it is there', () => {
  assert.is(
    report({ args: ['a', 'b', 'b', 'c'] }, { args: ['c', 'b', 'a', 'd'] }),
    '\nargs\n- one list entry removed:   + one list entry added:\n- b                           - d\n\n',
  );
});

test('another order of the same entries is told', () => {
  assert.is(
    report({ args: ['a', 'b'] }, { args: ['b', 'a'] }),
    '\nargs\n⇆ order changed\n- a, b\n+ b, a\n\n',
  );
});

test('a list with one entry before and after is compared entry by entry', () => {
  assert.is(report({ l: [{ a: 1 }] }, { l: [{ a: 2 }] }), '\nl.0.a\n± value change\n- 1\n+ 2\n\n');
});

test('of texts with many lines only those that differ are shown', () => {
  assert.is(
    report({ t: 'one\ntwo\nthree\n' }, { t: 'one\n2\nthree\nfour\n' }),
    '\nt\n± value change in multiline text (two inserts, one deletion)\n- two\n+ 2\n+ four\n\n\n',
  );
});

test('white space is made visible where nothing else differs', () => {
  assert.is(report({ t: 'a ' }, { t: 'a' }), '\nt\n± whitespace only change\n- a·   + a\n\n');
});

test('another type is told as such: a quoted number is not the number', () => {
  assert.is(report({ v: 5 }, { v: '5' }), '\nv\n± type change from int to string\n- 5\n+ "5"\n\n');
  assert.is(report({ v: null }, { v: [] }), '\nv\n± type change from <nil> to list\n- <nil>\n+ []\n\n');
});

test('values are quoted only where they could be taken for something else', () => {
  assert.is(
    neatYaml({
      name: 'x',
      a: 'true',
      b: 'two words',
      c: '-1',
      d: '',
      e: {},
      f: [],
      g: 'l1\nl2',
      h: 1.5,
      i: [{ k: 1, z: [2] }],
    }),
    'name: x\na: "true"\nb: "two words"\nc: "-1"\nd:\ne: {}\nf: []\ng: |\n  l1\n  l2\nh: 1.5\ni:\n- k: 1\n  z:\n  - 2',
  );
});

test('fields that are called like parts of the language are fields', () => {
  assert.is(
    report(
      JSON.parse('{"__proto__": 1, "constructor": 2}'),
      JSON.parse('{"__proto__": 2, "constructor": 2}'),
    ),
    '\n__proto__\n± value change\n- 1\n+ 2\n\n',
  );
});

test('a document of other kind is one change at the root', () => {
  assert.is(report({}, []), '\n(root level)\n± type change from map to list\n- {}\n+ []\n\n');
});

test.run();
