import { rejection } from '@flux-host/host/sandbox/testing/rejects.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCage } from '../guest/cage.ts';
import { buffer, type ProgramOptions, repeated, type Step, step } from '../guest/program.ts';

/**
 * Time, memory and the end of the process. host/sandbox/limits.test.ts has loops, memory, recursion and sleep in Go; here are the ways that a compiler
 * would not take. Each plugin is followed by a neighbour that has to run in the same sandbox.
 */
const cage = createCage({ load: { defaultMemoryBytes: 16 * 2 ** 20 } });
test.after(() => cage.close());

interface Crime extends ProgramOptions {
  readonly steps?: readonly Step[];
  readonly code?: string;
  readonly error: string;
  readonly message: RegExp;
}

const spin = 'loop $spin br $spin end';
const nap = new Uint8Array(48);
new DataView(nap.buffer).setBigUint64(24, 2n ** 63n - 1n, true);
nap[16] = 1;
const pile = (count: number, text: string) => Array.from({ length: count }, () => text).join(' ');

const crimes: Record<string, Crime> = {
  'ends the process': {
    steps: [step('wasi.proc_exit', 0)],
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /ended itself with exit code 0/,
  },
  'ends the process with an error': {
    steps: [step('wasi.proc_exit', 255)],
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /exit code 255/,
  },
  'runs into unreachable code': { code: 'unreachable', error: 'FLUX_E_PLUGIN_TRAP', message: /unreachable/ },
  'divides by zero': {
    code: '(drop (i32.div_u (i32.const 1) (i32.const 0)))',
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /divide by zero/,
  },
  'reads beyond its memory': {
    code: '(drop (i32.load (i32.const 0x7ffffff0)))',
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /memory access out of bounds/,
  },
  'calls what is in no table': {
    parts: '(table 1 funcref) (type $t (func))',
    code: '(call_indirect (type $t) (i32.const 0))',
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /crashed/,
  },
  'calls itself for ever': {
    parts: '(func $deep call $deep)',
    code: 'call $deep',
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /nested too deeply/,
  },
  spins: { code: spin, error: 'FLUX_E_PLUGIN_TIMEOUT', message: /within 500 ms/ },
  'spins in a hundred nested loops': {
    code: `${pile(100, 'loop')} br 0 ${pile(100, 'end')}`,
    error: 'FLUX_E_PLUGIN_TIMEOUT',
    message: /within 500 ms/,
  },
  'spins in its initialisation': {
    parts: `(func (export "_initialize") ${spin})`,
    error: 'FLUX_E_PLUGIN_TIMEOUT',
    message: /within 500 ms/,
  },
  'spins in calls of the host': {
    steps: [repeated(2 ** 31 - 1, step('wasi.sched_yield'))],
    error: 'FLUX_E_PLUGIN_TIMEOUT',
    message: /within 500 ms/,
  },
  'sleeps until the end of time': {
    steps: [step('wasi.poll_oneoff', { pointer: nap }, buffer, 1, 0x1010)],
    error: 'FLUX_E_PLUGIN_TIMEOUT',
    message: /within 500 ms/,
  },
  'fills a table as long as it grows': {
    parts: '(table $t 1 funcref)',
    code: `loop $more (table.grow $t (ref.null func) (i32.const 10000)) i32.const 0 i32.ge_s br_if $more end
      loop $spin br $spin end`,
    error: 'FLUX_E_PLUGIN_TIMEOUT',
    message: /within 500 ms/,
  },
  'takes memory from the kernel of Extism instead of its own': {
    parts: '(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))',
    code: 'loop $more (drop (call $alloc (i64.const 1048576))) br $more end',
    error: 'FLUX_E_PLUGIN_MEMORY',
    message: /blocks of memory are larger than its limit/,
  },
  'takes a block of a size below zero': {
    parts: '(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))',
    code: '(drop (call $alloc (i64.const -1)))',
    error: 'FLUX_E_PLUGIN_(MEMORY|TRAP)',
    message: /./,
  },
  'takes blocks of nothing without end': {
    parts: '(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))',
    code: 'loop $more (drop (call $alloc (i64.const 1))) br $more end',
    error: 'FLUX_E_PLUGIN_MEMORY',
    message: /more than 32000 blocks/,
  },
  'reads a block that is not its own': {
    parts: '(import "extism:host/env" "output_set" (func $set (param i64 i64)))',
    code: '(call $set (i64.const 0x7fff000000000000) (i64.const 100))',
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /address of no block/,
  },
  'reads beyond the end of a block': {
    parts: `(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "output_set" (func $set (param i64 i64)))`,
    code: '(call $set (call $alloc (i64.const 8)) (i64.const 100000))',
    error: 'FLUX_E_PLUGIN_TRAP',
    message: /outside of its block/,
  },
  'answers with more than there is room for': {
    parts: '(import "extism:host/user" "flux_output" (func $huge (param i32 i32)))',
    code: '(call $huge (i32.const 0) (i32.const 0x7fffffff))',
    error: 'FLUX_E_PLUGIN_OUTPUT',
    message: /2147483647 bytes/,
  },
  'answers from beyond its memory': {
    parts: '(import "extism:host/user" "flux_output" (func $huge (param i32 i32)))',
    code: '(call $huge (i32.const 0x7ffffff0) (i32.const 1000))',
    error: 'FLUX_E_PLUGIN_ABI',
    message: /outside of its memory/,
  },
};

for (const [what, { error, message, steps = [], ...program }] of Object.entries(crimes)) {
  test(`a plugin that ${what} fails alone`, async () => {
    const run = cage.attack(steps, { ...program, limits: { timeoutMs: 500 } });
    const failure = await run.then(
      () => undefined,
      (thrown: { code?: string; message?: string }) => thrown,
    );
    assert.match(failure?.code ?? 'nothing', new RegExp(`^${error}$`));
    assert.match(failure?.message ?? '', message);
    assert.ok(await cage.alive());
  });
}

test('memory ends at what the manifest says, and the plugin is told', async () => {
  const { codes } = await cage.attack([step('wasi.sched_yield')], {
    code: `(block $full (loop $more (br_if $full (i32.eq (memory.grow (i32.const 16)) (i32.const -1))) (br $more)))
      (if (i32.gt_u (memory.size) (i32.const 128)) (then unreachable))`,
    manifest: { requests: { memory: '8Mi' } },
  });
  assert.equal(codes, [0]);
});

test('a signal to the process is not sent', async () => {
  const { codes } = await cage.attack([step('wasi.proc_raise', 9), step('wasi.proc_raise', 15)]);
  assert.equal(codes, [52, 52]);
});

test('ten plugins that spin leave the host free to end them all', async () => {
  const calls = Array.from({ length: 10 }, (_, index) =>
    rejection(
      cage.attack([], { code: spin, tenant: `tenant-${index}`, limits: { timeoutMs: 300 } }),
      'FLUX_E_PLUGIN_TIMEOUT',
    ),
  );
  await Promise.all(calls);
  assert.ok(await cage.alive());
});

test.run();
