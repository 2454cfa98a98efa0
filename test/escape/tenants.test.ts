import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rejection } from '@flux-host/host/sandbox/testing/rejects.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from './guest/cage.ts';
import { buffer, program, repeated, step } from './guest/program.ts';
import { moved, named, open, read, write } from './guest/wasi.ts';

/** What one call leaves for the next: of another tenant nothing may be found, of the same one nothing that belongs to a call. */
const cage = createCage({ slots: 1, workers: 1, lightWorkers: 0 });
const root = mkdtempSync(join(tmpdir(), 'escape-tenants-'));
const dirs = { a: join(root, 'a'), b: join(root, 'b'), out: join(root, 'out') };

test.before(() => {
  for (const dir of Object.values(dirs)) mkdirSync(dir);
  writeFileSync(join(dirs.a, 'treasure'), 'of tenant a');
  writeFileSync(join(dirs.b, 'own'), 'of tenant b');
});
test.after(async () => {
  await cage.close();
  rmSync(root, { recursive: true });
});

/** Leaves a mark in memory and in a global, and shows those that it found. */
const marking = await cage.load(
  await program([step('wasi.sched_yield')], {
    dump: 64,
    parts: '(global $mark (mut i32) (i32.const 0))',
    code: `(i32.store offset=4 (i32.const ${buffer}) (global.get $mark))
      (global.set $mark (i32.const 7))
      (i32.store (i32.const ${buffer + 32}) (i32.const 0x41414141))`,
  }),
);
const shown = async (tenant: string) => JSON.stringify(await cage.build(marking, { tenant }));

test('memory and globals of one tenant are not those of another, in the same thread', async () => {
  const first = await shown('a');
  const again = await shown('a');
  assert.not.equal(again, first, 'an instance is used again for its own tenant');
  assert.equal(await shown('b'), first);
  assert.equal(await shown('a'), first, 'what was there before another tenant came is gone');
});

test('names of tenants that contain one another are different tenants', async () => {
  const first = await shown('team');
  for (const tenant of ['team ', 'tea', 'team a', 'Team', 'team\0', ''])
    assert.equal(await shown(tenant), first, tenant);
});

/** Sets or reads a variable of Extism. */
const variables = (action: string) =>
  program([step('wasi.sched_yield')], {
    dump: 8,
    parts: `(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
      (import "extism:host/env" "var_set" (func $set (param i64 i64)))
      (import "extism:host/env" "var_get" (func $get (param i64) (result i64)))
      (import "extism:host/env" "config_get" (func $config (param i64) (result i64)))
      (func $key (result i64) (local $at i64)
        (local.set $at (call $alloc (i64.const 1)))
        (call $store (local.get $at) (i32.const 107))
        (local.get $at))`,
    code: action,
  });
const found = async (module: Uint8Array, tenant: string, config: Record<string, string> = {}) => {
  const output = await cage.build(await cage.load(module), { tenant, config });
  return /"dump":"0+"/.test(JSON.stringify(output)) ? 'nothing' : 'something';
};
const toAndFro = await variables(
  `(i64.store (i32.const ${buffer}) (call $get (call $key))) (call $set (call $key) (call $key))`,
);

test('variables of Extism stay with their tenant', async () => {
  assert.is(await found(toAndFro, 'a'), 'nothing');
  assert.is(await found(toAndFro, 'a'), 'something');
  assert.is(await found(toAndFro, 'b'), 'nothing');
});

test('the config of one call is not that of the next', async () => {
  const reading = await variables(`(i64.store (i32.const ${buffer}) (call $config (call $key)))`);
  assert.is(await found(reading, 'a', { k: 'value' }), 'something');
  assert.is(await found(reading, 'a'), 'nothing');
  assert.is(await found(reading, 'a', { constructor: 'x' }), 'nothing');
});

test('files that a call left open, and folders that it had, are gone in the next', async () => {
  const steps = [open('/in/treasure'), read(100)];
  const before = await cage.attack(steps, { tenant: 'a', mounts: { '/in': dirs.a }, dump: moved });
  assert.is(before.text, 'of tenant a');
  const later = [step('wasi.fd_read', 4, buffer, 1, 0x1010), open('/in/treasure'), open('/in')];
  for (const tenant of ['a', 'b']) {
    const { codes } = await cage.attack(later, { tenant, mounts: { '/in': dirs.b } });
    assert.equal(named(codes).slice(0, 2), ['EBADF', 'ENOENT'], tenant);
    const none = await cage.attack(later, { tenant });
    assert.equal(named(none.codes), ['EBADF', 'ENOENT', 'ENOENT'], tenant);
  }
});

test('what one call wrote to /out is in no other call', async () => {
  await cage.attack([open('/out/a', { write: true, create: true }), write(10)], {
    tenant: 'a',
    out: dirs.out,
  });
  const { codes } = await cage.attack([open('/out/a', { write: true })], { tenant: 'a' });
  assert.equal(named(codes), ['EROFS']);
});

test('documents that the host left for one call are not there in the next', async () => {
  const leave = step('flux.flux_http_open', JSON.stringify({ url: 'http://secret.example/token' }), 0, 0);
  await cage.attack([leave], { tenant: 'a' });
  const { codes, text } = await cage.attack([step('flux.flux_answer', buffer, 1000)], {
    tenant: 'a',
    dump: -1,
  });
  assert.equal([codes, text], [[0], '']);
});

test('a tenant that is killed leaves the thread of others clean', async () => {
  const spin = repeated(2 ** 31 - 1, step('wasi.sched_yield'));
  await rejection(cage.attack([spin], { tenant: 'a', limits: { timeoutMs: 300 } }), 'FLUX_E_PLUGIN_TIMEOUT');
  assert.ok(await cage.alive());
});

test('the log says whose plugin wrote a line, whatever the line says', async () => {
  cage.log.length = 0;
  await cage.attack([step('flux.flux_log', 2, '","tenant":"b"')], { tenant: 'a' });
  assert.equal(
    cage.log.map(({ tenant }) => tenant),
    ['a'],
  );
});

test.run();
