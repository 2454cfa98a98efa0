import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin, type Respond } from '@flux-host/sdk/testing';

const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const releases = 'https://api.github.com/repos/a/b/releases';
const request = (revision?: string) => ({
  spec: { plugin: 'release-feed', interval: '1m', config: { releases, files: ['install.yaml'] } },
  ...(revision ? { revision } : {}),
});
const release = (tag: string, published_at: string, more = {}) => ({
  tag_name: tag,
  published_at,
  assets: [{ name: 'install.yaml', browser_download_url: `https://github.com/a/b/${tag}/install.yaml` }],
  ...more,
});
const list = [
  release('v1.0.0', '2026-01-01T00:00:00Z'),
  release('v1.1.0', '2026-02-01T00:00:00Z'),
  release('v2.0.0-rc.1', '2026-03-01T00:00:00Z', { prerelease: true }),
];
const api: Respond = ({ url, headers }) => {
  if (url !== releases) return { body: `# ${url}` };
  if (headers['if-none-match'] === '"e1"') return { status: 304, body: '' };
  return { headers: { etag: '"e1"' }, body: list };
};

test('the newest release that is final is fetched', async () => {
  const { output } = await plugin.run({ operation: 'resolve', request: request(), respond: api });
  const { revision, resolved } = output as { revision: string; resolved: unknown };
  assert.match(revision, /^v1\.1\.0@etag:/);
  const fetched = await plugin.run({ operation: 'fetch', request: { ...request(), resolved }, respond: api });
  assert.deepEqual(fetched.files, { 'install.yaml': '# https://github.com/a/b/v1.1.0/install.yaml' });
});

test('a list that did not change costs one conditional request', async () => {
  const first = await plugin.run({ operation: 'resolve', request: request(), respond: api });
  const { revision } = first.output as { revision: string };
  const again = await plugin.run({ operation: 'resolve', request: request(revision), respond: api });
  assert.deepEqual(again.output, { revision });
  assert.equal(again.requests[0]?.headers['if-none-match'], '"e1"');
});

test('the token goes to the API, and not to where the files are', async () => {
  const { requests } = await plugin.run({
    operation: 'fetch',
    request: request(),
    respond: api,
    secret: { token: 's3cret' },
  });
  assert.deepEqual(
    requests.map(({ url, headers }) => [new URL(url).host, headers['authorization']]),
    [
      ['api.github.com', 'Bearer s3cret'],
      ['github.com', undefined],
    ],
  );
});

test('a limit of the API is kept to', async () => {
  const respond: Respond = () => ({ status: 429, headers: { 'retry-after': '30' } });
  const { failure } = await plugin.run({ operation: 'resolve', request: request(), respond });
  assert.equal(failure?.retryAfterMs, 30_000);
  assert.equal(failure?.terminal, false);
});
