import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSandbox, type PluginLog } from './sandbox.ts';
import { goPlugin, textPlugin } from './testing/modules.ts';
import { rejection } from './testing/rejects.ts';
import type { PluginCall } from './types.ts';

const log: PluginLog[] = [];
const sandbox = createSandbox({ log: (entry) => log.push(entry) });
const go = await sandbox.load(goPlugin({ requests: { memory: '64Mi', capabilities: ['http', 'tcp'] } }));
const call = (name: string, input: unknown = {}, more: Partial<PluginCall> = {}) =>
  sandbox.call({ plugin: go, export: name, input, tenant: 'team-a', ...more });
const text = async (body: string, more: Partial<PluginCall> = {}) =>
  sandbox.call({
    plugin: await sandbox.load(await textPlugin(body)),
    export: 'build',
    input: {},
    tenant: 'a',
    ...more,
  });
const body = (code: string) => `(func (export "build") (result i32) ${code})`;

test.after(() => sandbox.close());

test('a call gives what the plugin answered, text of any script included', async () => {
  const { output } = await call('echo', { grüße: ['日本', 1.5, null] });
  assert.equal(output, { grüße: ['日本', 1.5, null] });
});

test('an endless loop ends at its time limit, and other calls go on meanwhile', async () => {
  const spinning = rejection(call('spin', {}, { limits: { timeoutMs: 4000 } }), 'FLUX_E_PLUGIN_TIMEOUT');
  let done = false;
  void spinning.then(() => {
    done = true;
  });
  const { output } = await call('echo', 'still here');
  assert.is(output, 'still here');
  assert.not.ok(done, 'the loop ended before the other call');
  assert.match((await spinning).message, /did not finish "spin" within 4000 ms/);
});

test('a loop in the start function of a module ends at the time limit too', async () => {
  await rejection(
    text('(func $f (loop br 0)) (start $f)', { limits: { timeoutMs: 300 } }),
    'FLUX_E_PLUGIN_TIMEOUT',
  );
});

test('a plugin that sleeps for ever ends at its time limit', async () => {
  await rejection(
    call('sleep', { millis: 3_600_000 }, { limits: { timeoutMs: 300 } }),
    'FLUX_E_PLUGIN_TIMEOUT',
  );
});

test('a plugin that takes all memory is stopped at its limit, which the message names', async () => {
  const error = await rejection(call('hog'), 'FLUX_E_PLUGIN_MEMORY');
  assert.match(error.message, /its limit is 64Mi/);
  assert.match(error.hint ?? '', /raise requests\.memory/);
  assert.is((await call('echo', 1)).output, 1);
});

test("memory outside of the module's own, through Extism's alloc, is limited as well", async () => {
  const alloc = '(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))';
  await rejection(
    text(`${alloc} ${body('(loop (drop (call $alloc (i64.const 50000000))) br 0) i32.const 0')}`),
    'FLUX_E_PLUGIN_MEMORY',
  );
  await rejection(
    text(`${alloc} ${body('(loop (drop (call $alloc (i64.const 0))) br 0) i32.const 0')}`),
    'FLUX_E_PLUGIN_MEMORY',
  );
});

test("tables cannot be grown without end: they would fill the engine's heap and end the whole host", async () => {
  const grow = '(table.grow $t (ref.null func) (i32.const 100000))';
  const table = '(table $t 1 funcref)';
  const { output } = await text(
    `${table} ${body(`(loop (br_if 0 (i32.ne ${grow} (i32.const -1)))) i32.const 0`)}`,
  );
  assert.is(output, undefined, 'growing fails at the limit and the plugin goes on');
  for (const refused of ['(table 1 externref)', '(table 300000 funcref)', '(table 1 funcref) '.repeat(5)]) {
    await rejection(text(refused), 'FLUX_E_PLUGIN_ABI');
  }
});

test('texts as large as the memory do not fill the heap of the engine', async () => {
  const imports = `
    (import "extism:host/user" "flux_error" (func $error (param i32 i32)))
    (import "extism:host/user" "flux_log" (func $log (param i32 i32 i32)))
    (import "extism:host/user" "flux_http_open" (func $http (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 3200)
    (data (i32.const 0) "\\00\\01\\00\\00\\00\\00\\00\\0c")`;
  const size = '(i32.const 200000000)';
  await rejection(
    text(
      `${imports} ${body(`
      (call $log (i32.const 2) (i32.const 0) ${size})
      (drop (call $http (i32.const 0) ${size} (i32.const 0) (i32.const 0)))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 128)))
      (call $error (i32.const 0) ${size}) i32.const 1`)}`,
    ),
    'FLUX_E_PLUGIN_FAILED',
  );
});

test('closing what is not open, in a loop, sends nothing to the host', async () => {
  const close = '(import "extism:host/user" "flux_http_close" (func $close (param i32)))';
  const before = process.memoryUsage().heapUsed;
  await rejection(
    text(`${close} ${body('(loop (call $close (i32.const 7)) (br 0)) i32.const 0')}`, {
      limits: { timeoutMs: 1500 },
    }),
    'FLUX_E_PLUGIN_TIMEOUT',
  );
  assert.ok(process.memoryUsage().heapUsed - before < 50e6, 'messages piled up');
});

test('endless recursion is an error, and the sandbox goes on', async () => {
  const error = await rejection(
    text(
      '(func $f (result i32) (i32.add (call $f) (i32.const 1))) (func (export "build") (result i32) (call $f))',
    ),
    'FLUX_E_PLUGIN_TRAP',
  );
  assert.match(error.message, /nested too deeply/);
  assert.is((await call('echo', 2)).output, 2);
});

test('a crash names what happened, and the next call gets a fresh instance', async () => {
  const first = await call('counter', {}, { tenant: 'crash' });
  const second = await call('counter', {}, { tenant: 'crash' });
  assert.equal([first.output, second.output], [1, 2], 'an instance is kept between calls');
  assert.match((await rejection(text(body('unreachable')), 'FLUX_E_PLUGIN_TRAP')).message, /unreachable/);
  await rejection(call('hog', {}, { tenant: 'crash' }), 'FLUX_E_PLUGIN_MEMORY');
  assert.is((await call('counter', {}, { tenant: 'crash' })).output, 1);
});

test('an instance never serves two tenants', async () => {
  const one = createSandbox({ slots: 1, workers: 1, lightWorkers: 0 });
  try {
    const count = async (tenant: string) =>
      (await one.call<number>({ plugin: go, export: 'counter', input: {}, tenant })).output;
    assert.equal([await count('a'), await count('a'), await count('b'), await count('a')], [1, 2, 1, 1]);
  } finally {
    await one.close();
  }
});

test('twenty thousand calls of one instance work, and its kernel memory is given back', async () => {
  const imports = `
    (import "extism:host/env" "input_offset" (func $input (result i64)))
    (import "extism:host/env" "input_length" (func $length (result i64)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))`;
  const bytes = await textPlugin(
    `${imports} ${body('(call $output (call $input) (call $length)) i32.const 0')}`,
  );
  const plugin = await sandbox.load(bytes);
  for (let index = 0; index < 20_000; index += 1) {
    const { output } = await sandbox.call({ plugin, export: 'build', input: index, tenant: 'many' });
    if (output !== index) assert.is(output, index);
  }
});

test('an answer that is too large is refused with both sizes', async () => {
  const error = await rejection(
    call('echo', 'x'.repeat(2000), { limits: { outputBytes: 1000 } }),
    'FLUX_E_PLUGIN_OUTPUT',
  );
  assert.match(error.message, /2002 bytes, at most 1000/);
});

test('an answer that is no JSON is refused', async () => {
  const imports = '(import "extism:host/user" "flux_output" (func $output (param i32 i32)))';
  await rejection(
    text(
      `${imports} (memory (export "memory") 1) (data (i32.const 0) "{oops") ${body('(call $output (i32.const 0) (i32.const 5)) i32.const 0')}`,
    ),
    'FLUX_E_PLUGIN_OUTPUT',
  );
});

test('a plugin that returns an error code without a word is a failure, not an empty answer', async () => {
  const error = await rejection(text(body('i32.const 3')), 'FLUX_E_PLUGIN_FAILED');
  assert.match(error.message, /failed with code 3/);
});

test('a pointer outside of the memory is an error of the plugin, not of the host', async () => {
  const imports = '(import "extism:host/user" "flux_output" (func $output (param i32 i32)))';
  await rejection(
    text(`${imports} ${body('(call $output (i32.const -8) (i32.const 4096)) i32.const 0')}`),
    'FLUX_E_PLUGIN_ABI',
  );
  const read = '(import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))';
  const { output } = await text(
    `${read} ${body('(if (i32.ne (call $w (i32.const 1) (i32.const -4) (i32.const 1) (i32.const 0)) (i32.const 21)) (then unreachable)) i32.const 0')}`,
  );
  assert.is(output, undefined, 'WASI answers EFAULT');
});

test('what the plugin says about its failure reaches the user: reason, hint, retrying', async () => {
  const error = await rejection(call('fail'), 'FLUX_E_PLUGIN_FAILED');
  assert.is(error.message, 'reading the chart: no such version');
  assert.equal(
    [error.reason, error.hint, error.terminal, error.retryAfterMs],
    ['ChartPullFailed', 'pick another', true, 1500],
  );
});

test('a panic is a failure that names it; the stack goes to the log', async () => {
  log.length = 0;
  const error = await rejection(call('panics'), 'FLUX_E_PLUGIN_FAILED');
  assert.is(error.message, 'the plugin panicked: oh no');
  assert.ok(
    log.some(
      ({ plugin, level, message }) =>
        plugin === 'probe' && level === 'error' && message.includes('main.panics'),
    ),
  );
});

test('a plugin that floods the log is cut short, and the log says so', async () => {
  log.length = 0;
  await call('chatter', { count: 5000, content: 'x' });
  assert.is(log.length, 1001);
  assert.is(log.at(-1)?.message, '4000 more log lines of this call were dropped');
  log.length = 0;
  await call('chatter', { count: 10, content: 'x'.repeat(100_000) });
  assert.ok(log.every(({ message }) => message.length <= 8193));
});

test('an aborted call rejects with the reason of the signal, running or waiting', async () => {
  const one = createSandbox({ slots: 1, workers: 1, lightWorkers: 0 });
  try {
    const start = (signal: AbortSignal) =>
      one
        .call({ plugin: go, export: 'spin', input: {}, tenant: 'a', signal, limits: { timeoutMs: 30_000 } })
        .then(
          () => 'done',
          (error: unknown) => error,
        );
    const first = new AbortController();
    const second = new AbortController();
    const running = start(first.signal);
    const waiting = start(second.signal);
    second.abort('not any more');
    assert.is(await waiting, 'not any more');
    first.abort('nor this');
    assert.is(await running, 'nor this');
    assert.is((await one.call({ plugin: go, export: 'echo', input: 3, tenant: 'a' })).output, 3);
  } finally {
    await one.close();
  }
});

test('calls beyond the queue are refused with a hint to retry, those in it come to their turn', async () => {
  const one = createSandbox({ slots: 1, workers: 1, queue: 2 });
  try {
    const echo = (input: number) => one.call<number>({ plugin: go, export: 'echo', input, tenant: 'a' });
    const calls = [echo(1), echo(2), echo(3)];
    const error = await rejection(echo(4), 'FLUX_E_PLUGIN_BUSY');
    assert.ok((error.retryAfterMs ?? 0) > 0);
    assert.equal(
      (await Promise.all(calls)).map(({ output }) => output),
      [1, 2, 3],
    );
  } finally {
    await one.close();
  }
});

test('an export that does not exist is refused before a worker is taken', async () => {
  await rejection(call('nope'), 'FLUX_E_PLUGIN_ABI');
});

test('closing ends running and waiting calls', async () => {
  const one = createSandbox({ slots: 1, workers: 1, lightWorkers: 0 });
  const spin = () => one.call({ plugin: go, export: 'spin', input: {}, tenant: 'a' });
  const calls = [spin(), spin()].map((work) => rejection(work, 'FLUX_E_PLUGIN_CLOSED'));
  await one.close();
  await Promise.all(calls);
});

test.run();
