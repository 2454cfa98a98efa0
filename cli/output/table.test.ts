import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTable, tableText } from './table.ts';

test('columns are padded and separated by tabs', () => {
  assert.is(
    tableText(
      ['Name', 'Last seen'],
      [
        ['podinfo', '1m'],
        ['a', '10m'],
      ],
    ),
    'NAME   \tLAST SEEN \npodinfo\t1m       \t\na      \t10m      \t\n',
  );
});

test('without headers only the rows are printed', () => {
  assert.is(tableText([], [['a', 'b']]), 'a\tb\t\n');
});

test('a message of several lines keeps its column', () => {
  assert.is(tableText(['N', 'M'], [['x', 'one\nthree']]), 'N\tM     \nx\tone  \t\n \tthree\t\n');
});

test('characters that are two columns wide count as two', () => {
  assert.is(tableText([], [['日本'], ['abcd']]), '日本\t\nabcd\t\n');
});

test('rows that are printed later have no header and stay aligned', () => {
  const table = createTable(['Name', 'Ready']);
  assert.is(table.print([['long-name', 'True']]), 'NAME     \tREADY \nlong-name\tTrue \t\n');
  assert.is(table.print([['b', 'False']]), 'b        \tFalse\t\n');
});

test.run();
