import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { rejection } from '@flux-host/host/sandbox/testing/rejects.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../guest/program.ts';

/** Schemas that attack the host while it checks what a user wrote. Refused ones are in manifest.test.ts. */
const sandbox = createSandbox();
const root = mkdtempSync(join(tmpdir(), 'escape-schema-'));
test.after(async () => {
  await sandbox.close();
  rmSync(root, { recursive: true });
});

/** Uses a plugin with this schema and this config. */
async function check(schema: Record<string, unknown>, config: Record<string, unknown>): Promise<unknown> {
  const dir = mkdtempSync(join(root, 'plugins-'));
  const manifest = { provides: [{ kind: 'builder' as const, type: 'probe', config: schema }] };
  writeFileSync(join(dir, 'probe.wasm'), await program([], {}, manifest));
  const plugins = await createPlugins({
    sandbox,
    dirs: [dir],
    onError: (error) => {
      throw error;
    },
  });
  try {
    return await plugins.call({
      ...{ kind: 'builder', type: 'probe', namespace: 'apps', operation: 'build', input: {}, config },
    });
  } finally {
    plugins.close();
  }
}

const string = (pattern: string) => ({ properties: { a: { type: 'string', pattern } } });
const bad = `${'a'.repeat(40)}!`;

const slow: Record<string, [schema: Record<string, unknown>, config: Record<string, unknown>]> = {
  'repeats of repeats': [string('^(a+)+$'), { a: bad }],
  'alternatives that overlap': [string('^(a|a)*$'), { a: bad }],
  'alternatives of repeats': [string('^(a|aa)+$'), { a: bad }],
  'a hundred optional letters': [string(`^${'a?'.repeat(40)}${'a'.repeat(40)}$`), { a: 'a'.repeat(40) }],
  'names by an expression': [
    { patternProperties: { '^(a+)+$': {} }, additionalProperties: false },
    { [bad]: 1 },
  ],
  'a choice of choices': [
    Array.from({ length: 6 }).reduce<Record<string, unknown>>(
      (inner) => ({
        anyOf: [{ allOf: [inner, { required: ['x'] }] }, { allOf: [inner, { required: ['y'] }] }],
      }),
      { required: ['z'] },
    ),
    { a: 1 },
  ],
};

for (const [what, [schema, config]] of Object.entries(slow)) {
  test(`a schema with ${what} takes no more than a moment of the host`, async () => {
    const outcome = await check(schema, config).then(
      () => 'taken',
      (error: { code?: string; message: string }) => `${error.code} ${error.message}`,
    );
    assert.match(outcome, /^(FLUX_E_PLUGIN_(CONFIG|MANIFEST) .*|taken)$/s);
  });
}

test('a schema that goes round in circles does not end the host', async () => {
  for (const schema of [
    { $ref: '#' },
    { allOf: [{ $ref: '#' }] },
    { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
  ]) {
    await rejection(check(schema, { a: 1 }), 'FLUX_E_PLUGIN_CONFIG');
  }
});

test('a default, a constant or an enumeration changes nothing in the host', async () => {
  const schema = JSON.parse(
    '{"properties":{"__proto__":{"default":{"polluted":true}}},"default":{"polluted":true}}',
  );
  await check(
    schema,
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  );
  assert.is(Reflect.get({}, 'polluted'), undefined);
});

test('a schema says no more about a config than which field is wrong', async () => {
  const schema = { properties: { password: { type: 'string', pattern: '^x$' } } };
  const { message } = await rejection(
    check(schema, { password: 'hunter2-of-the-user' }),
    'FLUX_E_PLUGIN_CONFIG',
  );
  assert.match(message, /password/);
  assert.not.match(message, /hunter2/);
});

test('a config that is deeper than any stack is refused, not a crash', async () => {
  let config: Record<string, unknown> = {};
  for (let depth = 0; depth < 20_000; depth += 1) config = { a: config };
  const outcome = await check({ properties: { a: { $ref: '#' } } }, config).then(
    () => 'taken',
    (error: { code?: string }) => error.code ?? String(error),
  );
  assert.is(outcome, 'FLUX_E_PLUGIN_CONFIG');
});

test.run();
