import { test } from 'uvu';
import { testedPlugin, token } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'gitlab');

test('a webhook tells its event', async () => {
  const headers = { 'X-Gitlab-Token': token, 'X-Gitlab-Event': 'Push Hook' };
  await accepts({ headers }, { event: 'Push Hook' });
  await accepts({ headers: { 'X-Gitlab-Token': token } }, { event: '' });
});

test('a token that is not the whole one is refused', async () => {
  for (const wrong of ['', token.slice(1), `${token}x`, token.toUpperCase()]) {
    const headers = { 'X-Gitlab-Token': wrong };
    await refuses({ headers }, /X-Gitlab-Token header value does not match the receiver token/);
  }
  await refuses({}, /does not match/);
});

test.run();
