import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenPlugin, openPlugin, type RunOptions, runPlugin } from './index.ts';

const entry = fileURLToPath(new URL('testdata/probe.ts', import.meta.url));
let plugin: OpenPlugin;

test.before(async () => {
  plugin = await openPlugin(entry);
});
test.after(() => plugin.close());

/** A request of the contract with settings for the probe. */
function notify(config: object, address = 'https://hook.example.com/x?a=1'): RunOptions {
  return {
    kind: 'notifier',
    request: {
      event: {
        involvedObject: { kind: 'Kustomization', name: 'apps' },
        severity: 'info',
        timestamp: null,
        message: 'm',
        reason: 'Done',
        reportingController: 'test',
      },
      provider: { namespace: 'default', name: 'p', type: 'probe', address, config },
    },
  };
}

test('requests are recorded as they would have gone out, with what the host adds', async () => {
  const { failure, requests, output } = await plugin.run({ ...notify({}), secret: { token: 's3cret' } });
  assert.is(failure, undefined);
  assert.equal(output, {});
  assert.is(requests.length, 1);
  const [request] = requests;
  assert.is(request?.method, 'POST');
  assert.is(request?.url, 'https://hook.example.com/x?a=1');
  assert.is(request?.headers['authorization'], 'Bearer s3cret');
  assert.equal(request?.json(), {});
});

test('a credential goes to the hosts that it is for, in its own way', async () => {
  const { requests } = await plugin.run({
    ...notify({ to: 'https://named.example.com/y' }),
    secret: { token: 's3cret' },
  });
  assert.is(requests[0]?.url, 'https://named.example.com/y?key=s3cret');
  assert.is(requests[0]?.headers['authorization'], undefined);
});

test('the plugin sees the entries of the Secret that it asks for, and no others', async () => {
  const { requests } = await plugin.run({ ...notify({}), secret: { seen: 'yes', token: 'no', other: 'no' } });
  assert.equal(requests[0]?.json(), { seen: 'yes' });
});

test('a host that is not granted is not reached', async () => {
  const { failure, requests } = await plugin.run(notify({ to: 'https://elsewhere.example.com/' }));
  assert.is(requests.length, 0);
  assert.match(failure?.message ?? '', 'elsewhere.example.com');
});

test('servers answer what the test says, by default status 200', async () => {
  const { failure } = await plugin.run({ ...notify({}), respond: () => ({ status: 403, body: 'no' }) });
  assert.equal(failure, {
    code: 'FLUX_E_PLUGIN_FAILED',
    message: 'status 403',
    reason: 'Refused',
    hint: 'ask them',
    terminal: false,
  });
});

test('what a call recorded is not in the next one', async () => {
  await plugin.run(notify({}));
  const { requests, log } = await plugin.run(notify({ act: 'skip' }));
  assert.equal(requests, []);
  assert.equal(log, []);
  assert.equal((await plugin.run(notify({}))).log, ['info: sends Done']);
});

test('settings are checked as the host checks them', async () => {
  const error = await plugin.run(notify({ nonsense: 1 })).catch((reason: unknown) => reason);
  assert.match(String(error), 'must not have nonsense');
});

test('a request that the contract does not have is refused before the plugin is called', async () => {
  const error = await plugin.run({ request: { event: 1 } }).catch((reason: unknown) => reason);
  assert.instance(error, TypeError);
  assert.match(String(error), 'the request is none of "notify"');
  const operation = await plugin.run({ operation: 'nothing' }).catch((reason: unknown) => reason);
  assert.match(String(operation), 'a notifier has no operation "nothing": notify');
  const kind = await plugin.run({ kind: 'policy' }).catch((reason: unknown) => reason);
  assert.match(String(kind), 'provides no policy');
});

test('without a request the golden example of the operation is sent', async () => {
  const { requests } = await plugin.run();
  assert.is(requests[0]?.url, 'https://chat.example.com/hook');
});

test('files are found at /in, and what is written below /out comes back', async () => {
  const { files } = await plugin.run({
    kind: 'source',
    operation: 'fetch',
    files: { 'a.txt': 'one', 'deep/b.txt': 'two' },
  });
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  assert.equal(files, { 'a.txt': digest('one'), 'deep/b.txt': digest('two') });
});

test('a plugin that never ends, and one with a bug, are failures like any other', async () => {
  const loop = await plugin.run({ ...notify({ act: 'loop' }), timeoutMs: 300 });
  assert.is(loop.failure?.code, 'FLUX_E_PLUGIN_TIMEOUT');
  const crash = await plugin.run(notify({ act: 'crash' }));
  assert.match(crash.failure?.message ?? '', 'a bug');
  assert.is((await plugin.run(notify({}))).failure, undefined);
});

test('a TCP connection is refused and says why', async () => {
  const { failure } = await plugin.run(notify({ act: 'tcp' }, 'http://hook.example.com:4222/'));
  assert.match(failure?.message ?? '', 'TCP connections are not recorded');
});

test('live, the plugin connects for real and nothing is recorded', async () => {
  let body = '';
  const server = createServer((request, response) => {
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => response.end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { failure, requests } = await plugin.run({
    ...notify({}, `http://127.0.0.1:${port}/`),
    secret: { seen: 'live' },
    live: true,
  });
  server.closeAllConnections();
  server.close();
  assert.is(failure, undefined);
  assert.equal(requests, []);
  assert.is(body, '{"seen":"live"}');
});

test('one call can be made without keeping the plugin open, also of its bytes', async () => {
  const { buildPlugin } = await import('../typescript/build/index.ts');
  const { wasm } = await buildPlugin({ entry });
  const { output } = await runPlugin(wasm, notify({ act: 'skip' }));
  assert.equal(output, { skipped: 'it was told to' });
});

test('what is no plugin is refused', async () => {
  const error = await openPlugin(Uint8Array.of(1, 2, 3)).catch((reason: unknown) => reason);
  assert.match(String(error), 'is not a WebAssembly module');
});

test.run();
