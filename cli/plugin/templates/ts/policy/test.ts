import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

// Built and loaded into the host's own sandbox.
const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const image = 'registry.example.com/app';
const tags = ['1.9.0', '1.10.0', 'latest', '2.0.0-rc.1', '0.1.0'];

test('the highest version is chosen by number, not by text', async () => {
  const { output } = await plugin.run({ request: { image, tags } });
  assert.deepEqual(output, { tag: '1.10.0', why: 'the highest of 3 versions' });
});

test('another major version can be asked for', async () => {
  const { output } = await plugin.run({ request: { image, tags, config: { major: 0 } } });
  assert.equal((output as { tag: string }).tag, '0.1.0');
});

test('it is told when no tag fits', async () => {
  const { failure } = await plugin.run({ request: { image, tags: ['latest'] } });
  assert.match(failure?.message ?? '', /none of the 1 tags/);
});
