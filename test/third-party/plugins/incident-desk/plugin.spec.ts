import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const request = (event = {}, config: object = { team: 'web' }) => ({
  event: {
    involvedObject: { kind: 'Kustomization', namespace: 'apps', name: 'shop' },
    severity: 'error',
    timestamp: '2026-01-01T00:00:00Z',
    message: 'it broke',
    reason: 'BuildFailed',
    reportingController: 'test',
    ...event,
  },
  provider: {
    namespace: 'apps',
    name: 'desk',
    type: 'incident-desk',
    address: 'https://desk.example.com/v1',
    config,
  },
});

test('a failure opens an incident, with the token added by the host', async () => {
  const { requests } = await plugin.run({ request: request(), secret: { token: 's3cret' } });
  assert.equal(requests[0]?.headers['authorization'], 'Token s3cret');
  assert.deepEqual(requests[0]?.json(), {
    key: 'Kustomization/apps/shop',
    state: 'open',
    title: 'Kustomization/apps/shop: BuildFailed',
    team: 'web',
    priority: 'P3',
    details: 'it broke',
    facts: {},
  });
});

test('the end of a failure resolves the incident of the same key', async () => {
  const { requests } = await plugin.run({ request: request({ severity: 'info' }) });
  const { key, state } = (requests[0]?.json() ?? {}) as { key: string; state: string };
  assert.deepEqual([key, state], ['Kustomization/apps/shop', 'resolved']);
});

test('settings that the schema does not have are refused before the plugin is called', async () => {
  await assert.rejects(plugin.run({ request: request({}, { team: 'web', pager: true }) }), /pager/);
  await assert.rejects(plugin.run({ request: request({}, {}) }), /team/);
});

test('a desk that is busy is asked again when it says, and a refusal is final', async () => {
  const busy = await plugin.run({
    request: request(),
    respond: () => ({ status: 503, headers: { 'retry-after': '7' } }),
  });
  assert.equal(busy.failure?.retryAfterMs, 7000);
  const refused = await plugin.run({ request: request(), respond: () => ({ status: 422 }) });
  assert.equal(refused.failure?.terminal, true);
});
