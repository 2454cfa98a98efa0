import Value from 'typebox/value';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PluginFailure } from '../failure.ts';
import { kindExports } from '../manifest.ts';
import { type Operation, operations } from '../operations.ts';
import { examples } from './index.ts';

for (const [kind, list] of Object.entries(examples)) {
  test(`the kind ${kind} has an example for each function that it exports`, () => {
    const shown = new Set(list.map(({ operation }) => operation));
    assert.equal([...shown].sort(), Object.keys(Object(operations)[kind]).sort());
  });
}

for (const example of Object.values(examples).flat()) {
  test(`${example.kind} ${example.operation}: the example of ${example.shows} keeps to the contract`, () => {
    const byName: Readonly<Record<string, Operation>> = operations[example.kind];
    const operation = byName[example.operation];
    assert.ok(operation, `there is no operation ${example.operation}`);
    assert.equal([...Value.Errors(operation.request, example.request)], []);
    const [schema, answer] = example.failure
      ? [PluginFailure, example.failure]
      : [operation.response, example.response];
    assert.equal([...Value.Errors(schema, answer)], []);
  });
}

test('the functions that a module has to export are the operations of the contract', () => {
  for (const [kind, names] of Object.entries(kindExports)) {
    const all: [string, Operation][] = Object.entries(Object(operations)[kind]);
    assert.equal(
      [...names],
      all.filter(([, { optional }]) => !optional).map(([name]) => name),
    );
  }
});

test.run();
