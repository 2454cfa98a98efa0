import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../../errors/testing.ts';
import type { ConnectedClient } from '../../kube/client.ts';
import { clientFromKubeconfig } from '../../kube/load-client.ts';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { createAwsIdentities } from '../aws/identities.ts';
import { signatureHeaders } from '../aws/sigv4.ts';
import { createCloudTokens } from '../tokens.ts';
import { createRegistryLogins } from './logins.ts';
import type { LoginRequest } from './types.ts';

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const egress = createEgress();
let cluster: TestCluster;
let client: ConnectedClient;
let namespace: string;
let server: Server;
let base: string;
let seen: Seen[] = [];
let secrets: string[] = [];
let answer: { status: number; body: object } | undefined;

const credentials = {
  AccessKeyId: 'ASIATEMPORARY',
  SecretAccessKey: 'temporary-secret',
  SessionToken: 'session',
  Expiration: Date.now() / 1000 + 3600,
};
const jwt = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;

/** What the services of the clouds answer. */
function usual(path: string): object {
  if (path.startsWith('/sts'))
    return {
      AssumeRoleWithWebIdentityResponse: { AssumeRoleWithWebIdentityResult: { Credentials: credentials } },
    };
  if (path.includes('/oauth2/exchange')) return { refresh_token: jwt(Math.floor(Date.now() / 1000) + 3600) };
  if (path.includes('/oauth2/v2.0/token')) return { access_token: 'entra', expires_in: 3600 };
  const authorizationToken = Buffer.from('AWS:ecr-password').toString('base64');
  const data = { authorizationToken, expiresAt: Date.now() / 1000 + 43_200 };
  return { authorizationData: path.includes('ecr-public') ? data : [data] };
}

test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  namespace = await cluster.namespace('logins');
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const path = request.url ?? '';
    seen.push({ path, headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(answer?.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer?.body ?? usual(path)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
test.before.each(() => {
  seen = [];
  secrets = [];
  answer = undefined;
});
test.after(async () => {
  server.close();
  await Promise.all([egress.close(), client.close()]);
  await cluster.stop();
});

function logins({ objectLevel = true, cacheSize = 100 } = {}) {
  const secret = (value: string) => void secrets.push(value);
  const shared = { client, egress, objectLevel, secret };
  return createRegistryLogins({
    ...shared,
    cacheSize,
    cacheMs: 3_600_000,
    tokens: createCloudTokens({
      ...shared,
      env: { AZURE_AUTHORITY_HOST: base },
      cacheSize,
      cacheMs: 3_600_000,
    }),
    aws: createAwsIdentities({
      ...shared,
      cacheSize,
      cacheMs: 3_600_000,
      env: { AWS_ACCESS_KEY_ID: 'AKIAHOST', AWS_SECRET_ACCESS_KEY: 'host-secret' },
      endpoint: (region) => `${base}/sts/${region}`,
    }),
    endpoint: (url) => `${base}/${new URL(url).host}${new URL(url).pathname}`,
    now: () => now,
  });
}

async function account(name: string, annotations: Record<string, string>): Promise<LoginRequest['account']> {
  const resource = await client.resourceFor({ group: '', version: 'v1', kind: 'ServiceAccount' });
  const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, annotations } };
  await client.apply(resource, object, { fieldManager: 'test', force: true });
  return { namespace, serviceAccountName: name };
}

const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const request = (
  provider: LoginRequest['provider'],
  registry: string,
  who?: LoginRequest['account'],
): LoginRequest => ({
  provider,
  repository: { registry, name: 'app' },
  account: who ?? { namespace },
});

test('the role of a ServiceAccount signs the question for a password of ECR', async () => {
  const who = await account('ecr', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/pull' });
  const login = await logins().login(request('aws', ecr, who));
  assert.equal(login, { kind: 'password', username: 'AWS', password: 'ecr-password' });
  const [sts, question] = seen;
  assert.is(new URLSearchParams(sts?.body).get('RoleArn'), 'arn:aws:iam::123456789012:role/pull');
  assert.is(question?.path, '/api.ecr.eu-central-1.amazonaws.com/');
  const { headers = {}, body = '' } = question ?? {};
  assert.is(headers['x-amz-target'], 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken');
  assert.is(headers['x-amz-security-token'], 'session');
  const expected = signatureHeaders(
    {
      method: 'POST',
      url: new URL(`${base}${question?.path}`),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': String(headers['x-amz-target']),
      },
      payloadHash: createHash('sha256').update(body).digest('hex'),
    },
    { region: 'eu-central-1', service: 'ecr' },
    {
      credentials: {
        accessKeyId: 'ASIATEMPORARY',
        secretAccessKey: 'temporary-secret',
        sessionToken: 'session',
      },
      now,
    },
  );
  assert.is(headers.authorization, expected['authorization']);
  assert.ok(['temporary-secret', 'session', 'ecr-password'].every((text) => secrets.includes(text)));
});

/** Registries of AWS, and where their passwords come from. */
const registries: Record<string, readonly [host: string, scope: string]> = {
  [ecr]: ['api.ecr.eu-central-1.amazonaws.com', 'eu-central-1/ecr'],
  '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn': [
    'api.ecr.cn-north-1.amazonaws.com.cn',
    'cn-north-1/ecr',
  ],
  '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com': [
    'ecr-fips.us-gov-west-1.amazonaws.com',
    'us-gov-west-1/ecr',
  ],
  '123456789012.dkr-ecr.us-west-2.on.aws': ['api.ecr.us-west-2.amazonaws.com', 'us-west-2/ecr'],
  'public.ecr.aws': ['api.ecr-public.us-east-1.amazonaws.com', 'us-east-1/ecr-public'],
};
for (const [registry, [host, scope]] of Object.entries(registries)) {
  test(`${registry} gives its password at ${host}`, async () => {
    assert.is((await logins().login(request('aws', registry))).kind, 'password');
    assert.is(seen[0]?.path, `/${host}/`);
    assert.match(
      String(seen[0]?.headers.authorization),
      new RegExp(`Credential=AKIAHOST/20260102/${scope}/aws4_request`),
    );
  });
}

test('a login is asked for once and kept', async () => {
  const kept = logins();
  await Promise.all([kept.login(request('aws', ecr)), kept.login(request('aws', ecr))]);
  await kept.login(request('aws', ecr));
  assert.is(seen.length, 1);
  const none = logins({ cacheSize: 0 });
  await none.login(request('aws', ecr));
  await none.login(request('aws', ecr));
  assert.is(seen.length, 3);
});

test('a token of Entra ID is exchanged at the registry of Azure', async () => {
  const who = await account('acr', {
    'azure.workload.identity/client-id': 'client',
    'azure.workload.identity/tenant-id': 'tenant',
  });
  const login = await logins().login(request('azure', 'team.azurecr.io', who));
  assert.is(login.kind === 'password' && login.username, '00000000-0000-0000-0000-000000000000');
  const [entra, exchange] = seen;
  assert.is(new URLSearchParams(entra?.body).get('scope'), 'https://containerregistry.azure.net/.default');
  assert.is(exchange?.path, '/team.azurecr.io/oauth2/exchange');
  assert.equal(Object.fromEntries(new URLSearchParams(exchange?.body)), {
    grant_type: 'access_token',
    service: 'team.azurecr.io',
    access_token: 'entra',
  });
});

test('what is no registry of the cloud, a refusal and a closed gate are said to be that', async () => {
  const other = await rejectionOf(logins().login(request('aws', 'registry.example.com')));
  assert.match(other.text, /invalid AWS registry: 'registry\.example\.com'/);
  answer = { status: 400, body: { message: 'not authorised' } };
  const refused = await rejectionOf(logins().login(request('aws', ecr)));
  assert.is(refused.code, 'FLUX_E_CLOUD_REFUSED');
  answer = { status: 200, body: {} };
  assert.is((await rejectionOf(logins().login(request('aws', ecr)))).code, 'FLUX_E_CLOUD_ANSWER');
  const gate = logins({ objectLevel: false });
  const closed = await rejectionOf(
    gate.login(request('gcp', 'gcr.io', { namespace, serviceAccountName: 'x' })),
  );
  assert.is(closed.reason, 'FeatureGateDisabled');
});

test.run();
