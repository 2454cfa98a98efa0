import { test } from 'uvu';
import { testedPlugin, token } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'harbor');

test('the token alone opens the Receiver', async () => {
  await accepts({ headers: { Authorization: token } });
  await refuses(
    { headers: { Authorization: `Bearer ${token}` } },
    /Authorization header value does not match/,
  );
  await refuses({}, /does not match/);
});

test.run();
