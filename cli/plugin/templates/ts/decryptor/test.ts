import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

// Built and loaded into the host's own sandbox; nothing leaves this machine.
const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const request = { service: 'my-plugin', key: { address: 'https://keys.example.com', enc: 'wrapped' } };

test('the key service unwraps the data key', async () => {
  const { failure, output, requests } = await plugin.run({
    request,
    secret: { token: 's3cret' },
    respond: () => ({ body: { plaintext: 'a2V5' } }),
  });
  assert.equal(failure, undefined);
  assert.deepEqual(output, { dataKey: 'a2V5' });
  assert.equal(requests[0]?.url, 'https://keys.example.com/v1/unwrap');
  assert.equal(requests[0]?.headers['authorization'], 'Bearer s3cret');
});

test('a key service that refuses is told', async () => {
  const { failure } = await plugin.run({ request, respond: () => ({ status: 403 }) });
  assert.match(failure?.message ?? '', /status 403/);
});
