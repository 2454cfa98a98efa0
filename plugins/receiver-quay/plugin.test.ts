import { test } from 'uvu';
import { testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'quay');

test('what Quay sends is accepted', async () => {
  await accepts({ body: { docker_url: 'quay.io/org/app', updated_tags: ['v1', 'latest'] } });
  await accepts({ body: { docker_url: null } });
});

test('what somebody else sends is not', async () => {
  await refuses(
    { body: { updated_tags: ['v1', 2] } },
    /Quay webhook payload: updated_tags\[1\] is not a string/,
  );
  await refuses({ body: { updated_tags: 'v1' } }, /updated_tags is not a list/);
  await refuses({ body: '' }, /JSON/);
});

test.run();
