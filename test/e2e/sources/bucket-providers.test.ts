import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Bucket } from '@flux-host/crds/source/bucket.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listen } from '../../helpers/git/listen.ts';
import { type AzureBlobs, etagOf, startAzure } from '../../helpers/storage/azure.ts';
import { type Gcs, startGcs } from '../../helpers/storage/gcs.ts';
import { type LargeBucket, startLargeBucket } from '../../helpers/storage/listing-server.ts';
import { type S3, startS3 } from '../../helpers/storage/s3.ts';
import { createWorld, type World } from '../harness.ts';
import { pathsIn } from '../tarball.ts';

const many = 100_000;
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const directory = { username: 'ada', password: 'of the directory' };

let world: World;
let azure: AzureBlobs;
let gcs: Gcs;
let s3: S3;
let large: LargeBucket;
/** Google's token service, and the STS of MinIO that knows a directory. */
let tokens: Server;
let tokenUrl: string;
const asked: URLSearchParams[] = [];
test.before(async () => {
  tokens = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const form = new URLSearchParams(Buffer.concat(pieces).toString());
    asked.push(form);
    if (!form.has('LDAPUsername')) {
      response.setHeader('content-type', 'application/json');
      return void response.end(JSON.stringify({ access_token: 'of-google', expires_in: 3600 }));
    }
    if (form.get('LDAPPassword') !== directory.password) {
      return void response
        .writeHead(403)
        .end('<ErrorResponse><Error><Message>LDAP says no</Message></Error></ErrorResponse>');
    }
    const credentials = `<AccessKeyId>${s3.accesskey}</AccessKeyId><SecretAccessKey>${s3.secretkey}</SecretAccessKey><SessionToken>t</SessionToken>`;
    response.end(
      `<AssumeRoleWithLDAPIdentityResponse><Credentials>${credentials}</Credentials></AssumeRoleWithLDAPIdentityResponse>`,
    );
  });
  tokenUrl = `http://127.0.0.1:${await listen(tokens)}`;
  [azure, gcs, s3, large] = await Promise.all([startAzure(), startGcs(), startS3(), startLargeBucket(many)]);
  world = await createWorld({ env: { STORAGE_EMULATOR_HOST: gcs.host, AWS_EC2_METADATA_DISABLED: 'true' } });
});
test.after(async () => {
  tokens.close();
  await Promise.all([azure.close(), gcs.stop(), s3.stop(), large.close()]);
  await world?.close();
});

async function apply(spec: Partial<Bucket['spec']>, secret?: Record<string, string>): Promise<string> {
  const namespace = await world.cluster.namespace('bucket');
  if (secret) await secretOf(namespace, 'keys', secret);
  await world.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'Bucket',
    metadata: { name: 'app', namespace },
    spec: {
      interval: '1h',
      bucketName: 'apps',
      endpoint: 'x',
      ...(secret ? { secretRef: { name: 'keys' } } : {}),
      ...spec,
    },
  });
  return `Bucket/${namespace}/app`;
}

async function secretOf(namespace: string, name: string, stringData: Record<string, string>): Promise<void> {
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
}

async function paths(ref: string): Promise<string[]> {
  const { artifact } = (await world.get(ref)).status ?? {};
  const answer = await fetch(artifact?.url ?? '');
  return pathsIn(Buffer.from(await answer.arrayBuffer())).sort();
}

test('blobs of Azure are fetched with a shared key and with a shared access signature', async () => {
  const files = new Map([
    ['a&b.yaml', 'one'],
    ['dir/two.yaml', 'two'],
    ['x.yaml', 'three'],
  ]);
  azure.containers.set('apps', files);
  const spec = { provider: 'azure' as const, endpoint: azure.endpoint };
  const lines = [...files].map(([name, content]) => `${name} "${etagOf(content)}"\n`).sort();
  const revision = `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`;
  for (const secret of [{ accountKey: azure.accountKey }, { sasKey: azure.sasKey }]) {
    const ref = await apply(spec, secret);
    await world.ready(ref, revision);
    assert.equal(await paths(ref), [...files.keys()].sort());
  }
  const wrong = await apply(spec, { accountKey: Buffer.from('wrong').toString('base64') });
  await world.failed(
    wrong,
    'BucketOperationFailed',
    /failed to confirm existence of 'apps' bucket: AuthenticationFailed/,
  );
  const missing = await apply({ ...spec, bucketName: 'none' }, { accountKey: azure.accountKey });
  await world.failed(missing, 'BucketOperationFailed', /^bucket 'none' not found/);
  const empty = await apply(spec, { nothing: 'x' });
  await world.failed(
    empty,
    'AuthenticationFailed',
    /invalid 'keys' secret data: requires a 'clientId' or 'accountKey' field/,
  );
  const foreign = await apply({ ...spec, endpoint: 'https://example.com' });
  await world.failed(foreign, 'AuthenticationFailed', /the identity of the host is not sent to example\.com/);
});

test('objects of Google Cloud Storage are fetched with the key of a service account', async () => {
  await gcs.createBucket('apps');
  for (const name of ['one.yaml', 'a/b c/two.yaml']) await gcs.put('apps', name, name);
  const account = {
    type: 'service_account',
    client_email: 'robot@example.com',
    private_key: key.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: tokenUrl,
  };
  const spec = { provider: 'gcp' as const, endpoint: 'storage.googleapis.com' };
  const ref = await apply(spec, { serviceaccount: JSON.stringify(account) });
  await world.ready(ref);
  assert.equal(await paths(ref), ['a/b c/two.yaml', 'one.yaml']);
  const assertion = asked.find((form) => form.has('assertion'))?.get('assertion') ?? '';
  const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString());
  assert.is(claims.iss, 'robot@example.com');
  assert.is(claims.scope, 'https://www.googleapis.com/auth/devstorage.read_only');
  const missing = await apply({ ...spec, bucketName: 'none' }, { serviceaccount: JSON.stringify(account) });
  await world.failed(missing, 'BucketOperationFailed', /^bucket 'none' not found/);
  const broken = await apply(spec, {
    serviceaccount: '{"type": "service_account", "private_key": "s3cret"}',
  });
  const { message } = await world.failed(broken, 'AuthenticationFailed', /its private_key cannot be read/);
  assert.not.match(message, 's3cret');
});

test('a user of a directory gets credentials from the STS of the service', async () => {
  await s3.createBucket('apps');
  await s3.put('apps', 'one.yaml', 'one');
  const sts = { provider: 'ldap' as const, endpoint: tokenUrl, secretRef: { name: 'login' } };
  const ref = await apply({ endpoint: s3.endpoint, insecure: true, sts });
  const [, namespace = ''] = ref.split('/');
  await secretOf(namespace, 'login', { ...directory, password: 'wrong' });
  await world.request(ref);
  await world.failed(ref, 'AuthenticationFailed', /HTTP status 403: LDAP says no/);
  await secretOf(namespace, 'login', directory);
  await world.request(ref);
  // The service takes the signature, and then looks at the session that it never gave.
  await world.failed(ref, 'BucketOperationFailed', /failed to confirm existence of 'apps' bucket/);
  assert.is(asked.find((form) => form.has('LDAPUsername'))?.get('Action'), 'AssumeRoleWithLDAPIdentity');
});

test('an identity of AWS that the host does not have is named', async () => {
  const ref = await apply({ provider: 'aws', endpoint: 's3.amazonaws.com' });
  await world.failed(ref, 'AuthenticationFailed', /the host has no identity of AWS/);
});

test('a hundred thousand objects are listed in pages, and those that are wanted fetched several at a time', async () => {
  const spec = { endpoint: large.endpoint, insecure: true, timeout: '10m', ignore: '/d[1-9]*/\n/d0[1-9]/\n' };
  const ref = await apply(spec);
  await world.ready(ref, undefined, 240_000);
  assert.is((await paths(ref)).length, many / 100);
  assert.ok(large.pages >= many / 1000, String(large.pages));
  assert.ok(large.mostAtOnce > 1, String(large.mostAtOnce));
});

test.run();
