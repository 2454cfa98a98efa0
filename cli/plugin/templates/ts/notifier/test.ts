import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

// Built and loaded into the host's own sandbox; nothing leaves this machine.
const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

test('an event becomes one message, with the token added by the host', async () => {
  const { failure, requests } = await plugin.run({ secret: { token: 's3cret' } });
  assert.equal(failure, undefined);
  assert.equal(requests.length, 1);
  const [request] = requests;
  assert.equal(request?.url, 'https://chat.example.com/hook');
  assert.equal(request?.headers['authorization'], 'Bearer s3cret');
  assert.deepEqual(request?.json(), {
    text: 'Kustomization/flux-system/apps: Reconciliation finished in 1.2s, next run in 10m0s',
    channel: 'deployments',
    severity: 'info',
  });
});

test('a service that is away is tried again', async () => {
  const { failure } = await plugin.run({ respond: () => ({ status: 503 }) });
  assert.match(failure?.message ?? '', /status 503/);
  assert.equal(failure?.terminal, false);
});
