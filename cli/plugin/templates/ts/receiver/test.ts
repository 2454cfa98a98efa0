import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

// Built and loaded into the host's own sandbox.
const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const body = '{"ref":"refs/heads/main"}';
const secret = { token: 's3cret' };

function webhook(headers: Record<string, string[]>) {
  return {
    receiver: { namespace: 'flux-system', name: 'hook', type: 'my-plugin' },
    method: 'POST',
    headers,
    body: Buffer.from(body).toString('base64'),
  };
}

test('a webhook with the right signature is taken', async () => {
  const signature = `sha256=${createHmac('sha256', secret.token).update(body).digest('hex')}`;
  const { failure, output } = await plugin.run({ request: webhook({ 'x-signature': [signature] }), secret });
  assert.equal(failure, undefined);
  assert.deepEqual(output, { event: 'push', payload: { ref: 'refs/heads/main' } });
});

for (const [what, headers] of [
  ['a wrong signature', { 'x-signature': ['sha256=00'] }],
  ['no signature', {}],
] as const) {
  test(`a webhook with ${what} is refused`, async () => {
    const { failure } = await plugin.run({
      request: webhook({ ...headers } as Record<string, string[]>),
      secret,
    });
    assert.equal(failure?.terminal, true);
  });
}
