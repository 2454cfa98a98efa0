import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import type { ConnectedClient } from '../../kube/client.ts';
import { clientFromKubeconfig } from '../../kube/load-client.ts';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { type AwsIdentityOptions, createAwsIdentity } from './aws-identity.ts';

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

const identity = (env: AwsIdentityOptions['env'] = {}) =>
  createAwsIdentity({ client, egress, env, secret: (value) => secrets.push(value), endpoint: () => base });

const decoded = (entries: Readonly<Record<string, string>>): unknown =>
  JSON.parse(Buffer.from(entries['sops.aws-kms'] ?? '', 'base64').toString());

const temporary = {
  aws_access_key_id: 'ASIA',
  aws_secret_access_key: 'temporary',
  aws_session_token: 'session',
};

async function account(name: string, annotations: Record<string, string>): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } };
  await client.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { body });
}

test('a ServiceAccount has the role of its annotation, asked for once', async () => {
  await account('sops', { 'eks.amazonaws.com/role-arn': role });
  const aws = identity({ AWS_ACCESS_KEY_ID: 'of the host', AWS_SECRET_ACCESS_KEY: 'x' });
  const whose = { namespace, serviceAccountName: 'sops' };
  assert.equal(decoded(await aws.credentials(whose, region, signal)), temporary);
  await aws.credentials(whose, region, signal);
  assert.is(asked.length, 1);
  assert.is(asked[0]?.get('RoleArn'), role);
  const [, claims = ''] = (asked[0]?.get('WebIdentityToken') ?? '').split('.');
  const { sub, aud } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.equal([sub, aud], [`system:serviceaccount:${namespace}:sops`, ['sts.amazonaws.com']]);
  assert.equal(secrets, ['temporary', 'session']);
});

test('the host has the keys of its environment, or the role that the webhook of EKS gives it', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'own' };
  assert.equal(decoded(await identity(keys).credentials({ namespace }, region, signal)), {
    aws_access_key_id: 'AKIA',
    aws_secret_access_key: 'own',
  });
  assert.equal(asked, []);
  const file = join(dir, 'token');
  writeFileSync(file, 'projected\n');
  const env = { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: file };
  assert.equal(decoded(await identity(env).credentials({ namespace }, region, signal)), temporary);
  assert.is(asked[0]?.get('WebIdentityToken'), 'projected');
});

test('without a role the message says where it would have to be', async () => {
  await account('plain', {});
  const failure = async (whose: { namespace: string; serviceAccountName?: string }) => {
    try {
      await identity().credentials(whose, region, signal);
    } catch (error) {
      if (error instanceof FluxError) return `${error.code} ${error.message}`;
    }
    return '';
  };
  const named = await failure({ namespace, serviceAccountName: 'plain' });
  assert.match(named, /^FLUX_E_SOPS_IDENTITY .*has no annotation eks.amazonaws.com\/role-arn/);
  assert.match(await failure({ namespace }), /^FLUX_E_SOPS_IDENTITY the host has no identity of AWS/);
});

test.run();
