import { createVerify, generateKeyPairSync } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenNotifier, openNotifier } from '../notifier-common/testing.ts';

const test = suite('googlepubsub');
let pubsub: OpenNotifier;

test.before(async () => {
  pubsub = await openNotifier(new URL('./plugin.ts', import.meta.url));
});
test.after(() => pubsub.close());

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const account = {
  type: 'service_account',
  client_email: 'flux@example.iam.gserviceaccount.com',
  private_key_id: 'key-1',
  private_key: privateKey,
};
const provider = { address: 'my-project', channel: 'events' };

test('an event is published with a token that the service account signed', async () => {
  const { requests } = await pubsub.notify({
    provider,
    secret: { token: JSON.stringify(account), headers: 'team: web\nattempt: 1\n' },
  });
  const [request] = requests;
  assert.is(request?.url, 'https://pubsub.googleapis.com/v1/projects/my-project/topics/events:publish');
  const { messages } = JSON.parse(request?.body ?? '');
  assert.equal(messages[0].attributes, { team: 'web', attempt: '1' });
  assert.is(JSON.parse(Buffer.from(messages[0].data, 'base64').toString()).reason, 'ReconciliationSucceeded');
  const token = (request?.headers['authorization'] ?? '').replace('Bearer ', '');
  const [header = '', claims = '', signature = ''] = token.split('.');
  const signed = createVerify('RSA-SHA256').update(`${header}.${claims}`);
  assert.ok(signed.verify(publicKey, signature, 'base64url'), 'the signature is not that of the account');
  assert.is(JSON.parse(Buffer.from(header, 'base64url').toString()).kid, 'key-1');
  const { iss, aud, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.equal([iss, aud, exp - iat], [account.client_email, 'https://pubsub.googleapis.com/', 3600]);
});

test('without a key the identity of the cloud is used, and nothing is sent without either', async () => {
  const { requests } = await pubsub.notify({ provider, hasIdentity: true });
  assert.is(requests.length, 1);
  assert.not.ok(JSON.parse(requests[0]?.body ?? '').messages[0].attributes);
  assert.match(
    (await pubsub.failure({ provider })).message,
    'neither a service account key nor a cloud identity',
  );
});

test('a key that is none is refused without showing it', async () => {
  for (const [token, why] of [
    ['{"private_key": "s3cret', 'is no JSON'],
    [JSON.stringify({ ...account, type: 'authorized_user' }), 'of type "authorized_user"'],
    [JSON.stringify({ ...account, private_key: 's3cret' }), 'it is no PEM'],
    [
      JSON.stringify({ ...account, private_key: privateKey.replace(/[A-Za-z0-9+/]{40}\n/, '\n') }),
      'it is damaged',
    ],
  ] as const) {
    const { message, terminal } = await pubsub.failure({ provider, secret: { token } });
    assert.match(message, why);
    assert.not.match(message, 's3cret');
    assert.ok(terminal);
  }
});

test.run();
