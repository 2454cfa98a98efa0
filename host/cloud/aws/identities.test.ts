import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../../errors/testing.ts';
import type { ConnectedClient } from '../../kube/client.ts';
import { clientFromKubeconfig } from '../../kube/load-client.ts';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { awsEntries } from '../../sops/keys/aws-identity.ts';
import { type AwsIdentitiesOptions, createAwsIdentities } from './identities.ts';

const role = 'arn:aws:iam::111122223333:role/sops';
const region = 'eu-central-1';
const { signal } = new AbortController();
const egress = createEgress();
const dir = mkdtempSync(join(tmpdir(), 'aws-'));
let cluster: TestCluster;
let client: ConnectedClient;
let namespace: string;
let server: Server;
let base: string;
let asked: URLSearchParams[] = [];
let secrets: string[] = [];

test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  namespace = await cluster.namespace('aws');
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    asked.push(new URLSearchParams(Buffer.concat(pieces).toString()));
    const Credentials = {
      AccessKeyId: 'ASIA',
      SecretAccessKey: 'temporary',
      SessionToken: 'session',
      Expiration: Date.now() / 1000 + 3600,
    };
    const body = { AssumeRoleWithWebIdentityResponse: { AssumeRoleWithWebIdentityResult: { Credentials } } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
});

test.before.each(() => {
  asked = [];
  secrets = [];
});

test.after(async () => {
  server.close();
  await client.close();
  await egress.close();
  await cluster.stop();
  rmSync(dir, { recursive: true });
});

const noMachine = { AWS_EC2_METADATA_DISABLED: 'true' };

const identity = (env: AwsIdentitiesOptions['env'] = {}, objectLevel = true) =>
  createAwsIdentities({
    client,
    egress,
    env: { ...noMachine, ...env },
    objectLevel,
    cacheSize: 100,
    cacheMs: 3_600_000,
    secret: (value) => secrets.push(value),
    endpoint: () => base,
  });

const temporary = { accessKeyId: 'ASIA', secretAccessKey: 'temporary', sessionToken: 'session' };

async function account(name: string, annotations: Record<string, string>): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } };
  await client.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { body });
}

test('a ServiceAccount has the role of its annotation, asked for once', async () => {
  await account('sops', { 'eks.amazonaws.com/role-arn': role });
  const aws = identity({ AWS_ACCESS_KEY_ID: 'of the host', AWS_SECRET_ACCESS_KEY: 'x' });
  const whose = { namespace, serviceAccountName: 'sops' };
  assert.equal(await aws.credentials({ account: whose, region }), temporary);
  await aws.credentials({ account: whose, region });
  assert.is(asked.length, 1);
  assert.is(asked[0]?.get('RoleArn'), role);
  assert.is(asked[0]?.get('RoleSessionName'), `sops.${namespace}.${region}.fluxcd.io`.slice(0, 64));
  const [, claims = ''] = (asked[0]?.get('WebIdentityToken') ?? '').split('.');
  const { sub, aud } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.equal([sub, aud], [`system:serviceaccount:${namespace}:sops`, ['sts.amazonaws.com']]);
  assert.equal([...new Set(secrets)], ['temporary', 'session']);
});

test('the host has the keys of its environment, or the role that the webhook of EKS gives it', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'own' };
  assert.equal(await identity(keys).credentials({ account: { namespace }, region }), {
    accessKeyId: 'AKIA',
    secretAccessKey: 'own',
  });
  assert.equal(asked, []);
  const file = join(dir, 'token');
  writeFileSync(file, 'projected\n');
  const env = { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: file };
  assert.equal(await identity(env).credentials({ account: { namespace }, region }), temporary);
  assert.is(asked[0]?.get('WebIdentityToken'), 'projected');
});

test('EKS Pod Identity and the role of the machine are asked where AWS says', async () => {
  const file = join(dir, 'pod');
  writeFileSync(file, 'pod-token');
  const agent = createServer((request, response) => {
    const known = request.headers.authorization === 'pod-token';
    const body = {
      AccessKeyId: 'ASIA',
      SecretAccessKey: 'temporary',
      Token: 'session',
      Expiration: '2099-01-01T00:00:00Z',
    };
    response.writeHead(known ? 200 : 403).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => agent.listen(0, '127.0.0.1', resolve));
  const address = agent.address();
  const uri = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/credentials`;
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri };
  const known = identity({ ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file });
  assert.equal(await known.credentials({ account: { namespace }, region }), temporary);
  const refused = await rejectionOf(identity(env).credentials({ account: { namespace }, region }));
  assert.match(refused.message, 'HTTP status 403');
  agent.close();
});

test('without a role the message says where it would have to be', async () => {
  await account('plain', {});
  await account('odd', { 'eks.amazonaws.com/role-arn': 'admin' });
  const failure = async (name?: string) => {
    const whose = { namespace, ...(name ? { serviceAccountName: name } : {}) };
    return rejectionOf(identity().credentials({ account: whose, region }));
  };
  assert.match(
    (await failure('plain')).message,
    /plain cannot be used: annotation eks.amazonaws.com\/role-arn is missing/,
  );
  assert.match((await failure('odd')).message, /is no ARN of a role/);
  assert.match((await failure()).message, /^the host has no identity of AWS/);
  const gated = await rejectionOf(
    identity({}, false).credentials({ account: { namespace, serviceAccountName: 'plain' }, region }),
  );
  assert.is(gated.reason, 'FeatureGateDisabled');
});

test('a token goes to addresses of AWS alone', async () => {
  await account('careful', { 'eks.amazonaws.com/role-arn': role });
  const aws = createAwsIdentities({
    client,
    egress,
    env: {},
    objectLevel: true,
    cacheSize: 100,
    cacheMs: 3_600_000,
    secret: () => {},
  });
  const whose = { namespace, serviceAccountName: 'careful' };
  const error = await rejectionOf(
    aws.credentials({ account: whose, region, stsEndpoint: 'https://sts.example.com' }),
  );
  assert.match(error.message, /^invalid STS endpoint: 'https:\/\/sts\.example\.com'\. must match/);
});

test('decryption gets them as an entry of its Secret, and says itself where they are missing', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'own' };
  const entries = await awsEntries(identity(keys), { account: { namespace }, region }, signal);
  assert.equal(JSON.parse(Buffer.from(entries['sops.aws-kms'] ?? '', 'base64').toString()), {
    aws_access_key_id: 'AKIA',
    aws_secret_access_key: 'own',
  });
  const error = await rejectionOf(awsEntries(identity(), { account: { namespace }, region }, signal));
  assert.is(error.code, 'FLUX_E_SOPS_IDENTITY');
});

test.run();
