import type { PluginManifest } from '@flux-host/sdk/contract/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { thrownBy } from '../../errors/testing.ts';
import { manifest } from '../../sandbox/testing/modules.ts';
import { createConfigCheck } from './check.ts';
import { checkSchemas } from './schema.ts';

type JsonSchema = NonNullable<PluginManifest['provides'][number]['config']>;

const withSchema = (config: JsonSchema) =>
  manifest({ provides: [{ kind: 'builder', type: 'probe', config }] });

function check(schema: JsonSchema, config?: Record<string, unknown>): void {
  const use = { kind: 'builder', type: 'probe', ...(config ? { config } : {}) } as const;
  createConfigCheck().check({ manifest: withSchema(schema), digest: 'sha256:1' }, use);
}

const schema: JsonSchema = {
  type: 'object',
  required: ['channel'],
  properties: {
    channel: { type: 'string' },
    colour: { enum: ['red', 'blue'] },
    hosts: { items: { $ref: '#/$defs/host' } },
  },
  additionalProperties: false,
  $defs: { host: { type: 'string', maxLength: 5 } },
};

test('a config that fits is accepted', () => {
  check(schema, { channel: 'a', colour: 'red', hosts: ['a'] });
});

test('what is wrong is said with the name of the field, without its value', () => {
  const { code, message, terminal } = thrownBy(() =>
    check(schema, { colour: 'secret-green', extra: 1, hosts: ['a', 'too-long'] }),
  );
  assert.is(code, 'FLUX_E_PLUGIN_CONFIG');
  assert.ok(terminal, 'only a change of the object can help');
  for (const expected of ['channel', 'must not have extra', 'colour must be one of red, blue', 'hosts.1']) {
    assert.ok(message.includes(expected), `${expected}: ${message}`);
  }
  assert.not.match(message, /secret-green|too-long|schema is false/);
});

test('fields that the schema does not have are found, however many there are', () => {
  const config = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`field${index}`, 1]));
  const error = thrownBy(() =>
    check({ type: 'object', properties: {}, additionalProperties: false }, config),
  );
  assert.match(error.message, /must not have field0, field1, /);
});

test('no config at all is checked like an empty one', () => {
  assert.match(thrownBy(() => check(schema)).message, /channel/);
  check({ type: 'object' });
});

test('a plugin without a schema takes what it is given', () => {
  createConfigCheck().check(
    { manifest: manifest(), digest: 'sha256:1' },
    { kind: 'builder', type: 'probe', config: { a: 1 } },
  );
});

test('an expression that would take forever ends as a fault of the config', () => {
  const bad = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
  const error = thrownBy(() => check(bad, { a: `${'a'.repeat(60)}!` }));
  assert.match(error.message, /schema takes longer than 200 ms/);
});

test('a schema that goes round in circles ends as a fault, too', () => {
  assert.match(
    thrownBy(() => check({ $ref: '#' }, {})).message,
    /cannot be used to check it|takes longer than/,
  );
});

test('a verdict is remembered for the plugin, its use and the config', () => {
  const configs = createConfigCheck();
  const plugin = { manifest: withSchema(schema), digest: 'sha256:1' };
  const use = { kind: 'builder', type: 'probe' } as const;
  configs.check(plugin, { ...use, config: { channel: 'a' } });
  assert.throws(() => configs.check(plugin, { ...use, config: { channel: 1 } }));
  assert.throws(() => configs.check(plugin, { ...use, config: { channel: 1 } }));
  configs.check(plugin, { ...use, config: { channel: 'a' } });
  const looser = { manifest: withSchema({ type: 'object' }), digest: 'sha256:2' };
  configs.check(looser, { ...use, config: { channel: 1 } });
});

const refused: readonly (readonly [string, JsonSchema, RegExp])[] = [
  ['to another document', { $ref: 'https://example.com/schema.json' }, /refers to "https:\/\/example\.com/],
  ['to a file, deep inside', { properties: { a: { items: { $dynamicRef: 'other.json' } } } }, /refers to/],
  ['with an invalid expression', { properties: { a: { pattern: '(' } } }, /expression/],
  ['with an invalid expression as a name', { patternProperties: { '[': {} } }, /expression/],
  ['of great size', { enum: ['x'.repeat(70_000)] }, /larger than/],
];

for (const [what, config, why] of refused) {
  test(`a schema ${what} is refused with the plugin`, () => {
    const error = thrownBy(() => checkSchemas(withSchema(config)));
    assert.is(error.code, 'FLUX_E_PLUGIN_MANIFEST');
    assert.match(error.message, why);
  });
}

test('a schema that is nested without end is refused', () => {
  let deep: JsonSchema = {};
  for (let count = 0; count < 100; count += 1) deep = { items: deep };
  assert.match(thrownBy(() => checkSchemas(withSchema(deep))).message, /nested/);
});

test('references inside of the schema are fine', () => {
  checkSchemas(withSchema(schema));
});

test.run();
