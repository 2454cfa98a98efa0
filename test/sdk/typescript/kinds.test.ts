import { createHmac } from 'node:crypto';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { DecryptResponse } from '@flux-host/sdk/contract/decryptor.ts';
import { SelectResponse } from '@flux-host/sdk/contract/policy.ts';
import { ReceiveResponse } from '@flux-host/sdk/contract/receiver.ts';
import Value from 'typebox/value';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workbench } from './workbench.ts';

const bench = workbench();
test.after(() => bench.close());

test('a receiver gets headers and body ready to use', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { constantTimeEqual, decodeHex, defineReceiver, hmac, PluginError } from '@flux-host/sdk/typescript';
      export default defineReceiver({
        name: 'hub', requests: { secretKeys: ['token'] },
        receive({ header, body, text, json, secret }) {
          const signature = decodeHex(header('X-Signature')?.slice(7) ?? '');
          if (!constantTimeEqual(signature, hmac('sha256', secret.require('token'), body))) throw new PluginError('the signature is wrong');
          return { event: header('x-event') ?? text(), payload: json() };
        },
      });`,
  });
  const receive = (body: string, signature: string) =>
    bench.call(plugin, 'receive', {
      input: {
        receiver: { namespace: 'a', name: 'b', type: 'hub' },
        method: 'POST',
        headers: { 'x-signature': [`sha256=${signature}`], 'x-event': ['push', 'other'] },
        body: Buffer.from(body).toString('base64'),
        secret: { token: Buffer.from('key').toString('base64') },
      },
    });
  const failed = await receive('{}', '00'.repeat(32)).catch((error: unknown) => error);
  assert.instance(failed, FluxError);
  assert.is(failed instanceof FluxError && failed.message, 'the signature is wrong');
  const right = (body: string) => createHmac('sha256', 'key').update(body).digest('hex');
  const answer = await receive('{"ref":"ü"}', right('{"ref":"ü"}'));
  assert.equal(answer, { event: 'push', payload: { ref: 'ü' } });
  assert.ok(Value.Check(ReceiveResponse, answer));
  const noJson = await receive('nope', right('nope')).catch((error: unknown) => error);
  assert.match(String(noJson), /the body of the webhook is not JSON/);
});

test('a policy selects, and may look into images first', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { definePolicy } from '@flux-host/sdk/typescript';
      export default definePolicy({
        name: 'newest', config: { type: 'object', properties: { most: { type: 'integer', default: 2 } } },
        select({ tags, images, config }) {
          if (!images) return { inspect: tags.slice(0, config.most) };
          const [tag = ''] = Object.keys(images).sort((a, b) => (images[a]!.created! < images[b]!.created! ? 1 : -1));
          return { tag, why: 'it is the newest' };
        },
      });`,
  });
  const select = (more: object) =>
    bench.call(plugin, 'select', { input: { image: 'i', tags: ['a', 'b', 'c'], ...more } });
  const first = await select({});
  assert.equal(first, { inspect: ['a', 'b'] });
  assert.equal(await select({ config: { most: 3 } }), { inspect: ['a', 'b', 'c'] });
  const images = { a: { digest: 'x', created: '2026-01-01' }, b: { digest: 'y', created: '2026-02-01' } };
  const answer = await select({ images });
  assert.equal(answer, { tag: 'b', why: 'it is the newest' });
  assert.ok(Value.Check(SelectResponse, answer) && Value.Check(SelectResponse, first));
});

test('a decryptor gives bytes and need not know how they travel', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { decodeBase64, defineDecryptor } from '@flux-host/sdk/typescript';
      export default defineDecryptor({
        name: 'xor', requests: { secretKeys: ['pad'] },
        decrypt({ key, secret }) {
          const pad = secret.bytes('pad')!;
          return { dataKey: decodeBase64(String(key['enc'])).map((byte, index) => byte ^ pad[index]!) };
        },
      });`,
  });
  const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');
  const input = { service: 'xor', key: { enc: base64(1, 2, 255) }, secret: { pad: base64(255, 2, 0) } };
  const answer = await bench.call(plugin, 'decrypt', { input });
  assert.equal(answer, { dataKey: base64(254, 0, 255) });
  assert.ok(Value.Check(DecryptResponse, answer));
});

test('a command gets its words and its standard input', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { decodeUtf8, defineCommand } from '@flux-host/sdk/typescript';
      export default defineCommand({ name: 'say', run: ({ args, stdin }) => ({ stdout: args.join('+'), stderr: stdin ? decodeUtf8(stdin) : 'terminal', exitCode: 3 }) });`,
  });
  const run = (input: object) => bench.call(plugin, 'run', { input });
  assert.equal(await run({ args: ['a', 'b'] }), { stdout: 'a+b', stderr: 'terminal', exitCode: 3 });
  assert.equal(await run({ args: [], stdin: 'w6Q=' }), { stdout: '', stderr: 'ä', exitCode: 3 });
});

test('one plugin can provide several kinds under several names', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { definePlugin } from '@flux-host/sdk/typescript';
      export default definePlugin({
        name: 'both', description: 'Two kinds', version: '9.9.9', license: 'MIT', repository: 'https://example.com/both',
        requests: { network: ['a.example.com'], timeout: '5s', credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }] },
        notifier: { type: ['one', 'two'], traits: ['commit-status'], notify: ({ provider }) => ({ skipped: provider.type }) },
        policy: { select: ({ tags }) => ({ tag: tags[0]! }) },
      });`,
  });
  assert.equal(plugin.manifest, {
    contract: 'plugin.flux-host/v1',
    name: 'both',
    version: '9.9.9',
    description: 'Two kinds',
    license: 'MIT',
    source: 'https://example.com/both',
    provides: [
      { kind: 'notifier', type: 'one', traits: ['commit-status'] },
      { kind: 'notifier', type: 'two', traits: ['commit-status'] },
      { kind: 'policy', type: 'both' },
    ],
    requests: {
      timeout: '5s',
      network: ['a.example.com'],
      capabilities: ['http'],
      credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
    },
  });
  assert.equal([...plugin.exports].sort(), ['notify', 'select']);
  const input = { event: {}, provider: { namespace: 'a', name: 'b', type: 'two' } };
  assert.equal(await bench.call(plugin, 'notify', { input }), { skipped: 'two' });
});

test('defaults of the settings are filled in at every depth, and what was set stays', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { defineBuilder } from '@flux-host/sdk/typescript';
      export default defineBuilder({
        name: 'defaults',
        config: { type: 'object', properties: {
          a: { type: 'integer', default: 1 }, deep: { type: 'object', properties: { b: { type: 'boolean', default: true }, c: { type: 'string' } } },
          list: { type: 'array', items: { type: 'object', properties: { d: { type: 'string', default: 'x' } } } } } },
        build: ({ config }) => ({ resources: JSON.stringify(config) }),
      });`,
  });
  const build = async (config?: object) => {
    const { resources } = await bench.call<{ resources: string }>(plugin, 'build', {
      input: { path: '', spec: {}, ...(config && { config }) },
    });
    return JSON.parse(resources);
  };
  assert.equal(await build(), { a: 1 });
  assert.equal(await build({ a: 0, deep: { c: 'y' }, list: [{}, { d: 'z' }] }), {
    a: 0,
    deep: { b: true, c: 'y' },
    list: [{ d: 'x' }, { d: 'z' }],
  });
});

test.run();
