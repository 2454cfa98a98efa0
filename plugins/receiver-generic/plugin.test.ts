import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testedPlugin } from '../receiver-common/testing.ts';

const { plugin, accepts } = await testedPlugin(import.meta.dirname, 'generic');

test('whoever knows the path may call, with whatever', async () => {
  await accepts({});
  await accepts({ body: 'no JSON' });
});

test('it asks for nothing', () => {
  assert.equal(plugin.manifest.requests, {});
});

test.run();
