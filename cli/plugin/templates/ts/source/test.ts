import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

// Built and loaded into the host's own sandbox; nothing leaves this machine.
const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const request = {
  spec: { plugin: 'my-plugin', interval: '1m', config: { url: 'https://files.example.com/app.yaml' } },
};

test('the revision is that of the content, and the file is written below /out', async () => {
  const respond = () => ({ body: 'kind: ConfigMap\n' });
  const resolved = await plugin.run({ operation: 'resolve', request, respond });
  assert.equal(resolved.failure, undefined);
  const fetched = await plugin.run({ operation: 'fetch', request, respond });
  assert.deepEqual(fetched.files, { 'app.yaml': 'kind: ConfigMap\n' });
  assert.deepEqual(
    { ...(fetched.output as object), message: undefined },
    { ...(resolved.output as object), message: undefined },
  );
});

test('a file that is not there is told', async () => {
  const { failure } = await plugin.run({ request, respond: () => ({ status: 404 }) });
  assert.match(failure?.message ?? '', /status 404/);
});
