import { rejection } from '@flux-host/host/sandbox/testing/rejects.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workbench } from './workbench.ts';

const bench = workbench();
test.after(() => bench.close());

test('an endless loop ends at the time limit', async () => {
  const spin = await bench.command('for (;;) {}');
  await rejection(spin([], { limits: { timeoutMs: 500 } }), 'FLUX_E_PLUGIN_TIMEOUT');
});

test('microtasks without end end at the time limit', async () => {
  const spin = await bench.command('for (;;) await null;');
  await rejection(spin([], { limits: { timeoutMs: 500 } }), 'FLUX_E_PLUGIN_TIMEOUT');
});

test('a sleep ends at the time limit', async () => {
  const sleep = await bench.command('await sdk.sleep(3_600_000);');
  await rejection(sleep([], { limits: { timeoutMs: 500 } }), 'FLUX_E_PLUGIN_TIMEOUT');
});

test('a plugin that takes all memory is stopped at its limit, and works again in the next call', async () => {
  const hog = await bench.command(
    "if (args[0] !== 'eat') return 'fine'; const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));",
    "requests: { memory: '32Mi' },",
  );
  const error = await rejection(hog(['eat']), 'FLUX_E_PLUGIN_MEMORY');
  assert.match(error.message, /its limit is 32Mi/);
  assert.is(await hog(), 'fine');
});

test('many small objects run into the memory limit, too', async () => {
  const hog = await bench.command(
    'const all: unknown[] = []; for (;;) all.push({ a: [1] });',
    "requests: { memory: '16Mi' },",
  );
  await rejection(hog(), 'FLUX_E_PLUGIN_MEMORY');
});

// Each takes another way through the engine, and some need far more of the machine's stack than of the engine's.
const recursions: Readonly<Record<string, string>> = {
  'a function': 'const f = (n: number): number => 1 + f(n); f(0);',
  'a getter': 'const o: any = { get x() { return o.x; } }; o.x;',
  'a conversion': "const o: any = { toString: () => '' + o }; String(o);",
  'a constructor': 'class A { constructor() { new A(); } } new A();',
  'a comparison while sorting': 'const f = (): any => [2, 1].sort(() => f()); f();',
  'a replacement': "const f = (): any => 'a'.replace(/a/, () => f()); f();",
  'a generator': 'function* g(): any { yield* g(); } [...g()];',
  'an async function': 'const f = async (): Promise<any> => await f(); await f();',
  'proxies in proxies': 'let p: any = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x;',
  'JSON that is read': "JSON.parse('['.repeat(1e6));",
  'JSON that is written': 'let o: any = {}; for (let i = 0; i < 1e5; i++) o = { o }; JSON.stringify(o);',
};

for (const [name, body] of Object.entries(recursions)) {
  test(`${name} without end is a RangeError that the plugin survives`, async () => {
    const dive = await bench.command(`if (args[0] === 'again') return 'alive';
      try { ${body} } catch (error: any) { if (args[0] === 'catch') return error.name; throw error; }`);
    assert.is(await dive(['catch']), 'RangeError');
    const error = await rejection(dive(['throw']), 'FLUX_E_PLUGIN_FAILED');
    assert.match(error.message, /^RangeError: Maximum call stack size exceeded/);
    assert.is(await dive(['again']), 'alive');
  });
}

test('recursion to a depth of 4000 is no problem', async () => {
  const sum = await bench.command(
    'const f = (n: number): number => (n === 0 ? 0 : n + f(n - 1)); return f(4000);',
  );
  assert.is(await sum(), 8_002_000);
});

test('a promise that never settles is a failure that says so, and not a timeout', async () => {
  const wait = await bench.command('await new Promise(() => {});');
  const error = await rejection(wait(), 'FLUX_E_PLUGIN_FAILED');
  assert.match(error.message, /the promise never settles: nothing is left that could resolve it/);
});

test('timers run in the order in which they are due, and only while somebody waits', async () => {
  const timers = await bench.command(`const seen: number[] = [];
    setTimeout(() => seen.push(3), 20); setTimeout(() => seen.push(1)); setTimeout(() => seen.push(2), 5);
    const cancelled = setTimeout(() => seen.push(9), 1); clearTimeout(cancelled);
    const interval = setInterval(() => seen.push(0), 60_000);
    await sdk.sleep(30); clearInterval(interval); setTimeout(() => { throw new Error('too late'); }, 1);
    return seen;`);
  assert.equal(await timers(), [1, 2, 3]);
});

test('random numbers and the time are those of the call, and not of the build', async () => {
  const look = await bench.command(
    'return { random: [Math.random(), Math.random()], uuid: crypto.randomUUID(), now: Date.now() };',
  );
  type Seen = { random: number[]; uuid: string; now: number };
  const one = (await look([], { tenant: 'one' })) as Seen;
  const two = (await look([], { tenant: 'two' })) as Seen;
  assert.is(new Set([...one.random, ...two.random]).size, 4, 'each number is another');
  assert.is.not(one.uuid, two.uuid);
  assert.match(one.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(Math.abs(one.now - Date.now()) < 60_000, `${one.now}`);
});

test('what a module keeps in variables is there again in the next call of the same tenant only', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { defineCommand } from '@flux-host/sdk/typescript';
      let calls = 0;
      export default defineCommand({ name: 'count', run: () => ({ stdout: String((calls += 1)) }) });`,
  });
  const count = (tenant: string) =>
    bench.call<{ stdout: string }>(plugin, 'run', { tenant, input: { args: [] } });
  assert.equal(
    [(await count('a')).stdout, (await count('a')).stdout, (await count('b')).stdout],
    ['1', '2', '1'],
  );
});

test('thousands of calls of one instance leave nothing behind, not even what refers to itself', async () => {
  const litter = await bench.command(
    'const a: any = { list: new Array(5000).fill(args[0]) }; a.self = a; return a.list.length;',
    "requests: { memory: '6Mi' },",
  );
  for (let call = 0; call < 3000; call += 1) {
    const length = await litter([String(call)]);
    if (length !== 5000) assert.is(length, 5000);
  }
});

test.run();
