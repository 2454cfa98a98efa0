import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commit, type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('azuredevops');
let azure: OpenNotifier;

test.before(async () => {
  azure = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => azure.close());

const delivery = { commitStatus: 'kustomization/web/1', respond: () => ({ body: { value: [] } }) };

test('a project with spaces is found, with the token as password of nobody', async () => {
  const { requests, failure } = await azure.notify({
    ...delivery,
    provider: { address: 'https://dev.azure.com/acme/My%20Apps/_git/fleet' },
    secret: { token: 'pat' },
  });
  assert.is(failure, undefined);
  assert.is(
    requests[1]?.url,
    `https://dev.azure.com/acme/My%20Apps/_apis/git/repositories/fleet/commits/${commit}/statuses`,
  );
  assert.is(requests[1]?.headers['authorization'], `Basic ${Buffer.from(':pat').toString('base64')}`);
});

test('there has to be a token or an identity, and an address of a repository', async () => {
  const address = 'https://dev.azure.com/acme/apps/_git/fleet';
  const failure = await azure.failure({ ...delivery, provider: { address } });
  assert.match(failure.message, 'failed to acquire azure devops token');
  const { requests } = await azure.notify({ ...delivery, provider: { address }, hasIdentity: true });
  assert.is(requests.length, 2);
  const wrong = { ...delivery, provider: { address: 'https://dev.azure.com/acme' }, secret: { token: 't' } };
  assert.match((await azure.failure(wrong)).message, "invalid repository id: 'acme'");
});

test.run();
