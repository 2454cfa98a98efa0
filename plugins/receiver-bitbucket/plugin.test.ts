import { test } from 'uvu';
import { signatureOf, testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'bitbucket');
const body = { push: { changes: [] } };
const headers = { 'Content-Type': 'application/json', 'X-Event-Key': 'repo:push' };

test('a webhook tells its event', async () => {
  const signed = { ...headers, 'X-Hub-Signature': signatureOf(body) };
  await accepts({ body, headers: signed }, { event: 'repo:push' });
});

test('a webhook without a secret at the sender is refused', async () => {
  await refuses({ body, headers }, /is not signed/);
});

test.run();
