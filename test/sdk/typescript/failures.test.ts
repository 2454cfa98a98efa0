import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rejectionOf } from '@flux-host/host/errors/testing.ts';
import { buildPlugin } from '@flux-host/sdk/typescript/build/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workbench } from './workbench.ts';

const bench = workbench();
test.after(() => bench.close());

/** The host writes a message with line breaks as one line. */
const linesOf = (message: string) => message.split('\\n');

const failing = async (body: string) => rejectionOf((await bench.command(body))());

test('a PluginError gives reason, hint and when to try again', async () => {
  const error = await failing(`throw new sdk.PluginError('the token is wrong', {
    reason: 'AuthenticationFailed', hint: 'make a new one', terminal: true, retryAfterMs: 1500.4 });`);
  const { message, reason, hint, terminal, retryAfterMs } = error;
  assert.equal([message, reason, hint], ['the token is wrong', 'AuthenticationFailed', 'make a new one']);
  assert.equal([terminal, retryAfterMs], [true, 1500]);
});

test('an error around a PluginError adds its message and keeps the rest', async () => {
  const error = await failing(`try { throw new sdk.PluginError('no', { reason: 'Refused', hint: 'ask' }); }
    catch (cause) { throw new sdk.PluginError('cannot send', { cause }); }`);
  assert.equal([error.message, error.hint], ['cannot send: no', 'ask']);
});

test("a fault of the code names the author's file and line, and the log has the whole stack", async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { defineCommand } from '@flux-host/sdk/typescript';
import { first } from './lib/first.ts';

export default defineCommand({
  name: 'faulty',
  async run({ args }) {
    await Promise.resolve();
    return { stdout: first(args) };
  },
});
`,
    'lib/first.ts': `export function first(list: readonly string[]): string {
  return upper(list[0]!);
}

function upper(text: string): string {
  return text.toUpperCase();
}
`,
  });
  const error = await rejectionOf(bench.call(plugin, 'run', { input: { args: [] } }));
  assert.match(error.message, /^TypeError: .*toUpperCase.* \(lib\/first\.ts:6:\d+\)$/);
  const logged = linesOf(bench.log.filter(({ level }) => level === 'error').at(-1)?.message ?? '').join('\n');
  assert.match(
    logged,
    /at upper \(lib\/first\.ts:6:\d+\)\n.*at first \(lib\/first\.ts:2:\d+\)\n.*plugin\.ts:8:\d+/,
  );
  assert.not.match(logged, /native|eval|typescript\/runtime/);
});

test('a minified plugin works, and names the line of a fault as well', async () => {
  const entry = join(bench.dir, 'minified.ts');
  const source = `import { defineCommand, PluginError } from '@flux-host/sdk/typescript';
export default defineCommand({ name: 'small', description: 'd', version: '1.0.0', run({ args }) {
  const first = args[0]!;
  if (first === 'wrong') throw new PluginError('told', { hint: 'h' });
  return { stdout: first.toUpperCase() };
} });`;
  writeFileSync(entry, source);
  const plugin = await bench.loadBytes((await buildPlugin({ entry, minify: true })).wasm);
  const run = (...args: string[]) => bench.call(plugin, 'run', { input: { args } });
  assert.equal(await run('x'), { stdout: 'X' });
  assert.is((await rejectionOf(run('wrong'))).text, 'told (hint: h)');
  assert.match((await rejectionOf(run())).message, /^TypeError: .* \(minified\.ts:5:\d+\)$/);
});

test('something thrown that is no error is shown', async () => {
  const error = await failing("throw { code: 7, why: 'an object' };");
  assert.match(error.message, /no error: \{"code":7,"why":"an object"\}/);
});

test('a promise that is rejected with nobody waiting for it fails the call: an await is missing', async () => {
  const error = await failing(
    "void (async () => { await null; throw new Error('lost'); })(); return 'fine';",
  );
  assert.match(error.message, /an await may be missing.*: lost \(plugin\.ts:2:\d+\)$/);
});

test('a rejection that somebody handles later in the call is none of that', async () => {
  const late = await bench.command(`const rejected = Promise.reject(new Error('early'));
    await sdk.sleep(1); return rejected.catch((error: Error) => error.message);`);
  assert.is(await late(), 'early');
});

test('an exception in a timer or microtask fails the call', async () => {
  assert.match(
    (await failing("queueMicrotask(() => { throw new Error('tick'); }); await sdk.sleep(1);")).message,
    /^tick/,
  );
  assert.match(
    (await failing("setTimeout(() => { throw new Error('tock'); }); await sdk.sleep(5);")).message,
    /^tock/,
  );
});

test('after each failure the same instance answers', async () => {
  const touchy = await bench.command("if (args[0]) throw new Error('no'); return 'yes';");
  await rejectionOf(touchy(['x']));
  assert.is(await touchy(), 'yes');
});

test('the log has the levels of the console, with objects readable', async () => {
  const talk =
    await bench.command(`console.debug('d'); console.info('i', { a: [1, { b: 2 }] }); console.warn('w', new Map([['k', 1]]));
    console.error(new RangeError('e')); const o: any = { x: 1 }; o.self = o; console.log(o, null, undefined, 1n);
    sdk.log.info('fields', { n: 1 });`);
  bench.log.length = 0;
  await talk();
  const lines = bench.log.map(({ level, message }) => `${level} ${linesOf(message)[0]}`);
  assert.equal(lines, [
    'debug d',
    'info i {"a":[1,{"b":2}]}',
    'warn w {"k":1}',
    'error RangeError: e',
    'info {"x":1,"self":"[circular]"} null undefined 1',
    'info fields {"n":1}',
  ]);
});

test.run();
