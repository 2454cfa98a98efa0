import { join } from 'node:path';
import { readDocument } from '@flux-host/host/sops/document/document.ts';
import type { WrappedKey } from '@flux-host/host/sops/document/metadata.ts';
import { openFile } from '@flux-host/host/sops/document/open.ts';
import { type OpenPlugin, openPlugin, type RunResult } from '@flux-host/sdk/testing/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KmsCredentials, startKms } from '../helpers/key-services/kms.ts';
import type { KeyServer } from '../helpers/key-services/server.ts';
import { startTransit } from '../helpers/key-services/transit.ts';
import { type Sops, startSops } from '../helpers/sops.ts';

const text = 'a: secret\n';
const token = 'hvs.a-token-of-a-test';
const credentials: KmsCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
  sessionToken: 'session',
};
const arn = 'arn:aws:kms:eu-central-1:111122223333:key/612d5f0a-1b2c-45e6-aca6-a5b005693a48';
const plugin = (name: string) => join(import.meta.dirname, `../../plugins/decryptor-${name}/plugin.ts`);

let sops: Sops;
let transit: KeyServer;
let kms: KeyServer;
let vault: OpenPlugin;
let aws: OpenPlugin;
test.before(async () => {
  [sops, transit, kms, vault, aws] = await Promise.all([
    startSops(),
    startTransit(token),
    startKms(credentials),
    openPlugin(plugin('vault')),
    openPlugin(plugin('aws')),
  ]);
});
test.after(async () => {
  await Promise.all([sops, transit, kms, vault, aws].map((part) => part.close()));
});

function keyIn(file: string): WrappedKey {
  const [[key] = []] = readDocument(file, 'yaml').metadata.groups;
  assert.ok(key);
  return key;
}

function plainWith(file: string, { output, failure }: RunResult): string {
  assert.is(failure?.message, undefined);
  const dataKey =
    typeof output === 'object' && output !== null && 'dataKey' in output ? String(output.dataKey) : '';
  return openFile(file, Buffer.from(dataKey, 'base64'), { from: 'yaml', to: 'yaml' }).text;
}

/** What the server says, to a plugin whose requests are recorded. */
const through =
  (server: KeyServer) =>
  (request: { method: string; url: string; headers: Readonly<Record<string, string>>; body: string }) => {
    const { pathname, host } = new URL(request.url);
    const { status, body } = server.answer({
      ...request,
      path: pathname,
      headers: { ...request.headers, host },
    });
    return { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  };

const askVault = (file: string, secret: Record<string, string>) => {
  const { service, entry } = keyIn(file);
  return vault.run({ request: { service, key: entry }, secret, address: transit.url, live: true });
};

const askAws = (file: string, secret: Record<string, string>) => {
  const { service, entry } = keyIn(file);
  return aws.run({ request: { service, key: entry }, secret, respond: through(kms) });
};

const byTransit = () =>
  sops.encrypt(text, 'yaml', ['--hc-vault-transit', `${transit.url}/v1/sops/keys/main`], {
    VAULT_TOKEN: token,
  });

test('a file that sops encrypted with a transit engine is decrypted with the token of the Secret', async () => {
  const file = await byTransit();
  const secret = { 'sops.vault-token': `${token}\n` };
  assert.is(plainWith(file, await askVault(file, secret)), text);
});

test('another token, and a key that is gone, are told apart', async () => {
  const file = await byTransit();
  const denied = await askVault(file, { 'sops.vault-token': 'another' });
  assert.match(denied.failure?.message ?? '', /HTTP status 403: permission denied/);
  assert.not.match(JSON.stringify(denied.failure), 'another');
  const gone = await askVault(file.replace('key_name: main', 'key_name: other'), {
    'sops.vault-token': token,
  });
  assert.match(gone.failure?.message ?? '', /HTTP status 404/);
});

test('a transit engine that is away is worth another try', async () => {
  const { service, entry } = keyIn(await byTransit());
  const key = { ...entry, vault_address: 'http://127.0.0.1:9' };
  const { failure } = await vault.run({
    request: { service, key },
    address: 'http://127.0.0.1:9',
    live: true,
  });
  assert.match(failure?.message ?? '', /cannot be reached/);
  assert.ok(failure?.retryAfterMs);
});

const byKms = (context = '') =>
  sops.encrypt(text, 'yaml', ['--kms', arn, ...(context ? ['--encryption-context', context] : [])], {
    AWS_ENDPOINT_URL: kms.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
  });

const awsSecret = {
  'sops.aws-kms': `aws_access_key_id: ${credentials.accessKeyId}\naws_secret_access_key: ${credentials.secretAccessKey}\naws_session_token: ${credentials.sessionToken}\n`,
};

test('a file that sops encrypted with KMS is decrypted by a signed request to the region of the key', async () => {
  const file = await byKms('Environment:production');
  const result = await askAws(file, awsSecret);
  assert.is(plainWith(file, result), text);
  assert.is(result.requests[0]?.url, 'https://kms.eu-central-1.amazonaws.com/');
});

test('the encryption context is a part of the key, and a wrong secret key is refused', async () => {
  const file = await byKms('Environment:production');
  const moved = await askAws(file.replace('Environment: production', 'Environment: staging'), awsSecret);
  assert.match(moved.failure?.message ?? '', /HTTP status 400: InvalidCiphertextException/);
  const wrong = { 'sops.aws-kms': awsSecret['sops.aws-kms'].replace('MDENG', 'MDENX') };
  assert.match(
    (await askAws(file, wrong)).failure?.message ?? '',
    /InvalidSignatureException: the signature does not match/,
  );
});

test('without credentials, with those that are no YAML, and for a key that is none nobody is asked', async () => {
  const file = await byKms();
  const before = kms.asked.length;
  assert.match((await askAws(file, {})).failure?.message ?? '', /no credentials for AWS/);
  assert.match(
    (await askAws(file, { 'sops.aws-kms': 'a: [canary' })).failure?.message ?? '',
    /is no YAML map$/m,
  );
  const { failure } = await askAws(file.replace(arn, 'arn:aws:kms:evil.example.com/x:1:key/a'), awsSecret);
  assert.match(failure?.message ?? '', /no valid ARN/);
  assert.is(kms.asked.length, before);
});

test('a key that role and context were given for is used in that role', async () => {
  const file = await byKms();
  const { service, entry } = keyIn(file);
  const temporary = {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
  };
  const { output, requests, failure } = await aws.run({
    request: { service, key: { ...entry, role: 'arn:aws:iam::111122223333:role/sops' } },
    secret: { 'sops.aws-kms': 'aws_access_key_id: own\naws_secret_access_key: key\n' },
    respond: (request) =>
      request.url.startsWith('https://sts.')
        ? {
            status: 200,
            body: `<R>${Object.entries(temporary)
              .map(([name, value]) => `<${name}>${value}</${name}>`)
              .join('')}</R>`,
          }
        : through(kms)(request),
  });
  assert.is(failure?.message, undefined);
  assert.ok(output);
  assert.is(requests[0]?.url, 'https://sts.eu-central-1.amazonaws.com/');
  assert.match(requests[0]?.body ?? '', /RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fsops/);
});

test.run();
