import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseYaml } from './parse.ts';

interface Recorded {
  readonly yaml: string;
  readonly json?: unknown;
  readonly error?: string;
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('../testdata/yaml.json', import.meta.url), 'utf8'),
);

test('every document becomes the JSON that sigs.k8s.io/yaml makes of it, or fails as there', () => {
  assert.ok(recorded.length > 700);
  for (const { yaml, json, error } of recorded) {
    if (error !== undefined) assert.throws(() => parseYaml(yaml), undefined, JSON.stringify(yaml));
    else
      assert.ok(isDeepStrictEqual(JSON.parse(JSON.stringify(parseYaml(yaml))), json), JSON.stringify(yaml));
  }
});

test('a key named __proto__ is a key like any other', () => {
  const parsed = parseYaml('__proto__: {polluted: 1}\n');
  assert.equal(JSON.stringify(parsed), '{"__proto__":{"polluted":1}}');
  assert.is(Object.getPrototypeOf(parsed), Object.prototype);
});

test('aliases that expand without bound are refused', () => {
  const levels = Array.from({ length: 20 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}]`);
  assert.throws(() => parseYaml(`l0: &l0 x\n${levels.join('\n')}\n`), /aliases/);
});

test.run();
