import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toYaml } from './yaml.ts';

interface Recorded {
  readonly json: unknown;
  readonly yaml: string;
}

/** Written by sigs.k8s.io/yaml v1.6.0, which Flux uses. */
const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('./testdata/yaml.json', import.meta.url), 'utf8'),
);

test('every value is written as Flux and kubectl write it, byte for byte', () => {
  assert.ok(recorded.length > 250);
  for (const { json, yaml } of recorded) assert.is(toYaml(json), yaml, JSON.stringify(json));
});

test('fields without a value are left out', () => {
  assert.is(toYaml({ a: undefined, b: 1 }), 'b: 1\n');
});

test.run();
