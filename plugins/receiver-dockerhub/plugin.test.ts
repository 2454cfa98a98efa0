import { test } from 'uvu';
import { testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'dockerhub');

test('what Docker Hub sends is accepted', async () => {
  const body = { push_data: { tag: 'v1' }, repository: { repo_url: 'https://hub.docker.com/r/org/app' } };
  await accepts({ body });
});

test('what somebody else sends is not', async () => {
  await refuses({ body: 'no JSON' }, /JSON/);
  await refuses(
    { body: { push_data: { tag: 1 } } },
    /cannot decode DockerHub webhook payload: push_data\.tag/,
  );
  await refuses({ body: [] }, /it is not an object/);
});

test.run();
