import { createServer, type Server } from 'node:http';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../errors/testing.ts';
import type { ConnectedClient } from '../kube/client.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import { createMetrics } from '../observability/metrics.ts';
import { createEgress } from '../sandbox/egress/egress.ts';
import { type CloudTokensOptions, createCloudTokens } from './tokens.ts';
import type { TokenRequest } from './types.ts';

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

const scope = 'https://www.googleapis.com/auth/pubsub';
const provider = 'projects/1/locations/global/workloadIdentityPools/pool/providers/cluster';
const egress = createEgress();
let cluster: TestCluster;
let client: ConnectedClient;
let namespace: string;
let server: Server;
let base: string;
let seen: Seen[] = [];
let answer: { status: number; body: object } | undefined;
let secrets: string[] = [];

test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  namespace = await cluster.namespace('cloud');
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    const fields = isForm ? Object.fromEntries(new URLSearchParams(text)) : { json: text };
    const path = request.url ?? '';
    seen.push({ path, authorization: request.headers.authorization, fields });
    const impersonated = { accessToken: 'of-the-account', expireTime: new Date(Date.now() + 3_600_000) };
    const usual = path.includes('generateAccessToken')
      ? impersonated
      : { access_token: `federated-${seen.length}`, expires_in: 3600 };
    response.writeHead(answer?.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer?.body ?? usual));
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
  await Promise.all([egress.close(), client.close(), cluster.stop()]);
});

function tokens(more: Partial<CloudTokensOptions> = {}) {
  return createCloudTokens({
    client,
    egress,
    env: { AZURE_AUTHORITY_HOST: base, GCE_METADATA_HOST: base.slice('http://'.length) },
    endpoints: { googleSts: base, googleIam: base },
    objectLevel: true,
    cacheSize: 100,
    cacheMs: 3_600_000,
    secret: (value) => void secrets.push(value),
    ...more,
  });
}

async function account(name: string, annotations: Record<string, string>): Promise<TokenRequest['account']> {
  const resource = await client.resourceFor({ group: '', version: 'v1', kind: 'ServiceAccount' });
  const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, annotations } };
  await client.apply(resource, object, { fieldManager: 'test', force: true });
  return { namespace, serviceAccountName: name };
}

/** What the API server put into a token that it signed. */
function claims(token = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

test("a ServiceAccount's token is exchanged at Google, and the account that it stands for impersonated", async () => {
  const email = 'robot@project.iam.gserviceaccount.com';
  const who = await account('gcp', {
    'gcp.auth.fluxcd.io/workload-identity-provider': provider,
    'iam.gke.io/gcp-service-account': email,
  });
  assert.is(await tokens().token({ cloud: 'gcp', scope, account: who }), 'of-the-account');
  const [exchange, impersonation] = seen;
  assert.is(exchange?.path, '/v1/token');
  assert.is(exchange?.fields['audience'], `//iam.googleapis.com/${provider}`);
  const { aud, sub } = claims(exchange?.fields['subject_token']);
  assert.equal(aud, [`https://iam.googleapis.com/${provider}`]);
  assert.is(sub, `system:serviceaccount:${namespace}:gcp`);
  assert.is(impersonation?.path, `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`);
  assert.is(impersonation?.authorization, 'Bearer federated-1');
  assert.equal(JSON.parse(impersonation?.fields['json'] ?? ''), { scope: [scope] });
  assert.equal(secrets, ['of-the-account']);
});

test('a federated account without a service account of Google is used as it is', async () => {
  const who = await account('direct', { 'gcp.auth.fluxcd.io/workload-identity-provider': provider });
  assert.is(await tokens().token({ cloud: 'gcp', scope, account: who }), 'federated-1');
  assert.is(seen[0]?.fields['scope'], scope);
});

test('Azure gets the token of the ServiceAccount as an assertion', async () => {
  const who = await account('azure', {
    'azure.workload.identity/client-id': 'client',
    'azure.workload.identity/tenant-id': 'tenant',
  });
  const devops = '499b84ac-1321-427f-aa17-267ca6975798/.default';
  assert.is(await tokens().token({ cloud: 'azure', scope: devops, account: who }), 'federated-1');
  const [asked] = seen;
  assert.ok(asked);
  const { path, fields } = asked;
  assert.is(path, '/tenant/oauth2/v2.0/token');
  assert.is(fields['client_id'], 'client');
  assert.is(fields['scope'], devops);
  assert.equal(claims(fields['client_assertion'])['aud'], ['api://AzureADTokenExchange']);
});

test('a token is asked for once while it is fresh, and again for another scope', async () => {
  const who = await account('cached', { 'gcp.auth.fluxcd.io/workload-identity-provider': provider });
  const cache = tokens();
  const ask = (wanted: string) => cache.token({ cloud: 'gcp', scope: wanted, account: who });
  const [first, second] = await Promise.all([ask(scope), ask(scope)]);
  assert.is(first, second);
  assert.is(await ask(scope), first);
  assert.is(seen.length, 1);
  await ask('https://www.googleapis.com/auth/other');
  assert.is(seen.length, 2);
});

test('what is kept is counted as in Flux: for whom, hits and misses, failures, and what made room', async () => {
  const who = await account('counted', { 'gcp.auth.fluxcd.io/workload-identity-provider': provider });
  const user = { kind: 'Bucket', namespace, name: 'charts' };
  const metrics = createMetrics();
  const cache = tokens({ cacheSize: 1, cacheMetrics: metrics.tokenCache });
  const ask = (wanted: string) => cache.token({ cloud: 'gcp', scope: wanted, account: { ...who, user } });
  await Promise.all([ask(scope), ask(scope)]);
  await ask(scope);
  await ask('https://www.googleapis.com/auth/other');
  answer = { status: 400, body: {} };
  await rejectionOf(ask(scope));
  const shown = async () =>
    (await metrics.expose()).text.split('\n').filter((line) => line.startsWith('gotk_token_'));
  const labels = `kind="Bucket",name="charts",namespace="${namespace}",operation="reconcile"`;
  assert.equal(await shown(), [
    `gotk_token_cache_events_total{event_type="cache_miss",${labels}} 3`,
    `gotk_token_cache_events_total{event_type="cache_hit",${labels}} 2`,
    'gotk_token_cached_items 1',
    'gotk_token_cache_requests_total{status="success"} 4',
    'gotk_token_cache_requests_total{status="failure"} 1',
    'gotk_token_cache_evictions_total 1',
  ]);
  metrics.deleted('Bucket', user);
  assert.not.match((await shown()).join('\n'), 'charts');
});

test('a token that has ended is asked for again', async () => {
  const who = await account('short', { 'gcp.auth.fluxcd.io/workload-identity-provider': provider });
  answer = { status: 200, body: { access_token: 'short', expires_in: 0 } };
  const cache = tokens();
  await cache.token({ cloud: 'gcp', scope, account: who });
  await cache.token({ cloud: 'gcp', scope, account: who });
  assert.is(seen.length, 2);
});

test('a token is kept no longer than the host is told, and not at all where it keeps none', async () => {
  const who = await account('brief', { 'gcp.auth.fluxcd.io/workload-identity-provider': provider });
  for (const limit of [{ cacheMs: 0 }, { cacheSize: 0 }]) {
    seen = [];
    const cache = tokens(limit);
    await cache.token({ cloud: 'gcp', scope, account: who });
    await cache.token({ cloud: 'gcp', scope, account: who });
    assert.is(seen.length, 2);
  }
});

test('an object may name a ServiceAccount only where the gate is open', async () => {
  const who = { namespace, serviceAccountName: 'any' };
  const error = await rejectionOf(
    tokens({ objectLevel: false }).token({ cloud: 'gcp', scope, account: who }),
  );
  assert.is(error.reason, 'FeatureGateDisabled');
  assert.is(seen.length, 0);
});

test('a missing account, a missing annotation and one that makes no sense are told apart', async () => {
  const ask = (cloud: 'azure' | 'gcp', who: TokenRequest['account']) =>
    rejectionOf(tokens().token({ cloud, scope, account: who }));
  const missing = await ask('azure', { namespace, serviceAccountName: 'nobody' });
  assert.match(missing.message, /no token for ServiceAccount .*\/nobody: .*not found/);
  const bare = await ask('azure', await account('bare', {}));
  assert.match(bare.message, 'azure.workload.identity/client-id is missing');
  const odd = await account('odd', { 'gcp.auth.fluxcd.io/workload-identity-provider': '../../token?x=' });
  assert.match((await ask('gcp', odd)).message, 'is not of the form projects/…/providers/…');
  const email = await account('email', { 'iam.gke.io/gcp-service-account': 'a/../b@c.d' });
  assert.match((await ask('gcp', email)).message, 'is no e-mail of a service account');
});

test("a refusal has the service's reason, and nothing of what was sent", async () => {
  const who = await account('refused', { 'gcp.auth.fluxcd.io/workload-identity-provider': provider });
  const body = { error: 'invalid_grant', error_description: 'the pool is disabled', echo: 'subject' };
  answer = { status: 400, body };
  const error = await rejectionOf(tokens().token({ cloud: 'gcp', scope, account: who }));
  assert.is(
    error.message,
    'Google Cloud gives no token: HTTP status 400: invalid_grant: the pool is disabled',
  );
  assert.is(error.reason, 'AuthenticationFailed');
  assert.is(error.retryAfterMs, undefined);
  answer = { status: 503, body: {} };
  const down = await rejectionOf(tokens().token({ cloud: 'gcp', scope, account: who }));
  assert.is(down.retryAfterMs, 30_000);
});

test('without an account the identity of the host is used', async () => {
  answer = { status: 200, body: { access_token: 'of-the-host', expires_in: 60 } };
  assert.is(await tokens().token({ cloud: 'gcp', scope, account: { namespace } }), 'of-the-host');
  assert.match(
    seen[0]?.path ?? '',
    /^\/computeMetadata\/v1\/instance\/service-accounts\/default\/token\?scopes=/,
  );
});

test.run();
