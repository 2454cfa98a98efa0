import { test } from 'uvu';
import { signatureOf, testedPlugin } from '../receiver-common/testing.ts';

const { accepts, refuses } = await testedPlugin(import.meta.dirname, 'nexus');
const header = 'X-Nexus-Webhook-Signature';
const signed = (body: unknown, key?: string) => ({
  [header]: signatureOf(body, 'sha1', key).slice('sha1='.length),
});

test('a body that Nexus has signed is genuine', async () => {
  const body = { action: 'CREATED', repositoryName: 'npm' };
  await accepts({ body, headers: signed(body) });
});

test('one that nobody or somebody else has signed is not', async () => {
  const body = { action: 'CREATED' };
  await refuses({ body }, /signature is missing/);
  await refuses({ body, headers: signed(body, 'guess') }, /invalid Nexus signature/);
  await refuses({ body, headers: signed({ action: 'DELETED' }) }, /invalid Nexus signature/);
});

test('a signed body has to be what Nexus sends', async () => {
  const body = { action: 1 };
  await refuses({ body, headers: signed(body) }, /Nexus webhook payload: action is not a string/);
});

test.run();
