import { test } from 'uvu';
import { testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'acr');

test('what a registry of Azure sends is accepted', async () => {
  await accepts({ body: { action: 'push', target: { repository: 'app', tag: 'v1', size: 1 } } });
});

test('what somebody else sends is not', async () => {
  await refuses({ body: { action: 'push', target: 'app' } }, /ACR webhook payload: target is not an object/);
});

test.run();
