import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesOf, testedPlugin } from '../receiver-common/testing.ts';

const { plugin, accepts, refuses } = await testedPlugin(import.meta.dirname, 'gcr');
const secret = {
  token: 't',
  email: 'push@project.iam.gserviceaccount.com',
  audience: 'https://hooks.example.com',
};
const headers = { Authorization: 'Bearer header.payload.signature' };
const claims = { email: secret.email, email_verified: true };
const event = { action: 'INSERT', digest: 'app@sha256:00', tag: 'app:v1' };
const message = (data: unknown) => ({ message: { data: Buffer.from(bytesOf(data)).toString('base64') } });

test('the host is asked to verify the token of Pub/Sub', async () => {
  await accepts(
    { headers, secret, body: message(event) },
    {
      verify: {
        token: 'header.payload.signature',
        issuers: ['accounts.google.com', 'https://accounts.google.com'],
        audiences: [secret.audience],
      },
    },
  );
});

test('filters see the event inside of the message, and only what it is known to have', async () => {
  const body = message({ ...event, more: 1 });
  await accepts({ headers, secret, claims, body }, { payload: event });
});

test('a token of another account does not do, nor does one whose address nobody has checked', async () => {
  const body = message(event);
  const other = { ...claims, email: 'other@example.com' };
  await refuses({ headers, secret, body, claims: other }, /token email is 'other@example.com', want 'push@/);
  await refuses({ headers, secret, body, claims: { ...claims, email_verified: false } }, /is not verified/);
  await refuses({ headers, secret, body, claims: { email_verified: true } }, /token email is ''/);
});

test('a Secret without email or audience opens nothing', async () => {
  for (const key of ['email', 'audience'] as const) {
    const { [key]: _gone, ...rest } = secret;
    await refuses({ headers, secret: rest, claims }, new RegExp(`required field '${key}' for GCR receiver`));
  }
});

test('a request without a token, or with a message that is none, is refused', async () => {
  await refuses({ secret, body: message(event) }, /Authorization header is missing or malformed/);
  await refuses({ headers, secret, claims, body: { message: { data: '!' } } }, /not JSON in base64/);
  await refuses({ headers, secret, claims, body: message({ tag: 1 }) }, /tag is not a string/);
});

test('it is not shown the token that the path is made of', () => {
  assert.equal(plugin.manifest.requests.secretKeys, ['email', 'audience']);
});

test.run();
