import {
  constants,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  verify,
} from 'node:crypto';
import { join } from 'node:path';
import { type OpenPlugin, openPlugin } from '@flux-host/sdk/testing/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const plugin = (name: string) => join(import.meta.dirname, `../../plugins/decryptor-${name}/plugin.ts`);
const dataKey = randomBytes(32);
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let azure: OpenPlugin;
let gcp: OpenPlugin;
test.before(async () => {
  [azure, gcp] = await Promise.all([openPlugin(plugin('azure')), openPlugin(plugin('gcp'))]);
});
test.after(async () => {
  await Promise.all([azure.close(), gcp.close()]);
});

interface Sent {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const vaultKey = {
  vault_url: 'https://ours.vault.azure.net',
  name: 'sops',
  version: '0123456789abcdef',
  enc: publicEncrypt(
    { key: publicKey, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING },
    dataKey,
  ).toString('base64url'),
};

/** Key Vault with the real algorithm, and the token service. */
function azureAnswers({ url, body, headers }: Sent): { status: number; body: string } {
  if (url.startsWith('https://login.microsoftonline.com/tenant/oauth2/v2.0/token')) {
    const form = new URLSearchParams(body);
    const isRight =
      form.get('client_secret') === 's3cret&=' && form.get('scope') === 'https://vault.azure.net/.default';
    if (!isRight)
      return {
        status: 401,
        body: JSON.stringify({ error: 'invalid_client', error_description: 'AADSTS7000215: wrong' }),
      };
    return { status: 200, body: JSON.stringify({ access_token: 'a-token', expires_in: 3600 }) };
  }
  if (headers['authorization'] !== 'Bearer a-token') return { status: 401, body: '{}' };
  assert.is(url, 'https://ours.vault.azure.net/keys/sops/0123456789abcdef/decrypt?api-version=7.4');
  const { alg, value }: { alg: string; value: string } = JSON.parse(body);
  assert.is(alg, 'RSA-OAEP-256');
  const plain = privateDecrypt(
    { key: privateKey, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING },
    Buffer.from(value, 'base64url'),
  );
  return { status: 200, body: JSON.stringify({ kid: url, value: plain.toString('base64url') }) };
}

const askAzure = (config: string | undefined, key: object = vaultKey) =>
  azure.run({
    request: { service: 'azure_kv', key },
    respond: azureAnswers,
    ...(config === undefined ? {} : { secret: { 'sops.azure-kv': config } }),
  });

for (const [what, config] of [
  ['fields of Flux', 'tenantId: tenant\nclientId: client\nclientSecret: s3cret&=\n'],
  ['what az prints', '{"appId": "client", "tenant": "tenant", "password": "s3cret&="}'],
] as const) {
  test(`Azure Key Vault decrypts for a service principal: ${what}`, async () => {
    const { output, failure } = await askAzure(config);
    assert.is(failure?.message, undefined);
    assert.equal(output, { dataKey: dataKey.toString('base64') });
  });
}

test('a wrong client secret is refused without being shown', async () => {
  const { failure } = await askAzure('tenantId: tenant\nclientId: client\nclientSecret: canary-secret\n');
  assert.match(failure?.message ?? '', /HTTP status 401: AADSTS7000215/);
  assert.not.match(JSON.stringify(failure), 'canary-secret');
});

test('no token goes to an address that is no vault of Azure', async () => {
  for (const vault_url of [
    'https://evil.example.com',
    'https://xvault.azure.net',
    'http://ours.vault.azure.net',
  ]) {
    const { failure, requests } = await askAzure('tenantId: tenant\nclientId: c\nclientSecret: s3cret&=\n', {
      ...vaultKey,
      vault_url,
    });
    assert.match(failure?.message ?? '', /is no vault of Azure/);
    assert.equal(requests, []);
  }
});

test('without an entry and an identity the vault says so, with a hint', async () => {
  const { failure } = await askAzure(undefined);
  assert.match(failure?.hint ?? '', /workload identity/);
});

const resource = 'projects/p/locations/global/keyRings/r/cryptoKeys/k';

test('Google Cloud KMS decrypts for a service account that signs its own token', async () => {
  const account = {
    type: 'service_account',
    client_email: 'sops@p.iam.gserviceaccount.com',
    private_key_id: 'id',
    private_key: pem,
  };
  const { output, failure, requests } = await gcp.run({
    request: { service: 'gcp_kms', key: { resource_id: resource, enc: 'd3JhcHBlZA==' } },
    secret: { 'sops.gcp-kms': `${JSON.stringify(account)}\n` },
    respond: () => ({ status: 200, body: JSON.stringify({ plaintext: dataKey.toString('base64') }) }),
  });
  assert.is(failure?.message, undefined);
  assert.equal(output, { dataKey: dataKey.toString('base64') });
  const [request] = requests;
  assert.is(request?.url, `https://cloudkms.googleapis.com/v1/${resource}:decrypt`);
  assert.equal(JSON.parse(request?.body ?? ''), { ciphertext: 'd3JhcHBlZA==' });
  const [head = '', claims = '', signature = ''] = (request?.headers['authorization'] ?? '')
    .replace('Bearer ', '')
    .split('.');
  assert.ok(
    verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')),
  );
  const { iss, aud } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.equal([iss, aud], ['sops@p.iam.gserviceaccount.com', 'https://cloudkms.googleapis.com/']);
});

test('a service that is overloaded is worth another try, one that forbids is not', async () => {
  const ask = (status: number) =>
    gcp.run({
      request: { service: 'gcp_kms', key: { resource_id: resource, enc: 'AA==' } },
      respond: () => ({ status, body: JSON.stringify({ error: { message: 'Permission denied' } }) }),
    });
  assert.ok((await ask(503)).failure?.retryAfterMs);
  const denied = (await ask(403)).failure;
  assert.is(denied?.retryAfterMs, undefined);
  assert.match(denied?.message ?? '', /HTTP status 403: Permission denied/);
});

test('a resource that is none, and a key that is no JSON, are told without asking or showing', async () => {
  const strange = await gcp.run({
    request: { service: 'gcp_kms', key: { resource_id: '../../x', enc: 'AA==' } },
  });
  assert.match(strange.failure?.message ?? '', /no valid resource ID/);
  const broken = await gcp.run({
    request: { service: 'gcp_kms', key: { resource_id: resource, enc: 'AA==' } },
    secret: { 'sops.gcp-kms': '{"private_key": canary' },
  });
  assert.match(broken.failure?.message ?? '', /it is no JSON/);
  assert.not.match(JSON.stringify(broken.failure), 'canary');
  assert.equal([strange.requests, broken.requests], [[], []]);
});

test.run();
