import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const image = 'registry.example.com/app';
const built = (created: string, track = 'stable') => ({ digest: 'sha256:0', created, labels: { track } });
const images = {
  a1b2: built('2026-01-02T00:00:00Z'),
  c3d4: built('2026-01-03T00:00:00+02:00'),
  e5f6: built('2026-01-09T00:00:00Z', 'nightly'),
  old: { digest: 'sha256:0' },
};
const tags = Object.keys(images);

test('the plugin asks to look into all images first', async () => {
  const { output } = await plugin.run({ request: { image, tags } });
  assert.deepEqual(output, { inspect: ['a1b2', 'c3d4', 'e5f6', 'old'] });
});

test('the one that was built last is chosen, and labels narrow the choice', async () => {
  const any = await plugin.run({ request: { image, tags, images } });
  assert.equal((any.output as { tag: string }).tag, 'e5f6');
  const stable = await plugin.run({
    request: { image, tags, images, config: { labels: { track: 'stable' } } },
  });
  assert.equal((stable.output as { tag: string }).tag, 'c3d4');
});

test('no image that fits is told with the labels', async () => {
  const { failure } = await plugin.run({
    request: { image, tags, images, config: { labels: { track: 'lts' } } },
  });
  assert.match(failure?.message ?? '', /and has track=lts/);
});

test('many tags are looked into a hundred at a time, and too many are refused', async () => {
  const many = Array.from({ length: 401 }, (_, index) => `t${index}`);
  const some = await plugin.run({ request: { image, tags: many.slice(0, 400) } });
  assert.equal((some.output as { inspect: string[] }).inspect.length, 100);
  const { failure } = await plugin.run({ request: { image, tags: many } });
  assert.match(failure?.hint ?? '', /filterTags/);
});
