import type { Provider } from '@flux-host/crds/notification/provider.ts';
import { sharedCluster, type TestCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConnectedClient } from '../../kube/client.ts';
import { clientFromKubeconfig } from '../../kube/load-client.ts';
import { createRedactor, type Redactor } from '../../observability/redact.ts';
import type { Traits } from '../routing/route.ts';
import { type Access, providerAccess } from './access.ts';

let cluster: TestCluster;
let client: ConnectedClient;
let namespace: string;
let redactor: Redactor;
let count = 0;

test.before(async () => {
  cluster = await sharedCluster();
  client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  namespace = await cluster.namespace('access');
});
test.before.each(() => {
  redactor = createRedactor();
});
test.after(async () => {
  await client.close();
  await cluster.stop();
});

/** Makes a Secret. @returns its name */
async function secret(data: Record<string, string>): Promise<string> {
  const name = `secret-${count++}`;
  const made = await cluster.call(`/api/v1/namespaces/${namespace}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: data,
  });
  assert.is(made.status, 201);
  return name;
}

function access(spec: Partial<Provider['spec']>, traits: Traits = new Set()): Promise<Access> {
  const provider: Provider = {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Provider',
    metadata: { name: 'p', namespace },
    spec: { type: 't', ...spec },
  };
  return providerAccess(provider, { client, redactor }, { traits, signal: AbortSignal.timeout(10_000) });
}

async function refusal(spec: Partial<Provider['spec']>): Promise<string> {
  const error = await access(spec).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message : 'no error';
}

test('without a Secret the spec says everything', async () => {
  assert.equal(await access({ address: 'https://a.example.com', username: 'flux' }), {
    address: 'https://a.example.com',
    username: 'flux',
    token: '',
  });
});

test('what the Secret has outweighs the spec, with the space of editors taken off', async () => {
  const name = await secret({ address: ' https://b.example.com\n', username: 'bot', token: 'abc-token\n' });
  const found = await access({ address: 'https://a.example.com', username: 'flux', secretRef: { name } });
  assert.equal([found.address, found.username, found.token], ['https://b.example.com', 'bot', 'abc-token']);
});

test('everything in the Secret but user names is masked from then on, the path of a webhook too', async () => {
  const name = await secret({
    address: 'https://hooks.example.com/services/T000/B000/XXXXXXXX',
    username: 'username-of-bot',
    token: 'token-1234',
    headers: 'X-Key: header-value-1',
  });
  await access({ secretRef: { name } });
  const text = 'token-1234 /services/T000/B000/XXXXXXXX header-value-1 username-of-bot';
  assert.is(redactor.redact(text), '***** ***** ***** username-of-bot');
});

test('a Secret that is missing is named, with what to do', async () => {
  const message = await refusal({ secretRef: { name: 'nope' } });
  assert.match(message, /^failed to get secret '[\w-]+\/nope': .*not found/);
});

test('headers that are no map and addresses that are too long are refused without showing them', async () => {
  const broken = await secret({ headers: 'secret-header: [' });
  assert.is(
    await refusal({ secretRef: { name: broken } }),
    'failed to read headers from secret: it is no YAML',
  );
  const list = await secret({ headers: '- secret-header' });
  assert.is(await refusal({ secretRef: { name: list } }), 'failed to read headers from secret: it is no map');
  const long = await secret({ address: `https://a/${'x'.repeat(2048)}` });
  assert.match(await refusal({ secretRef: { name: long } }), /address exceeds maximum length of 2048 bytes/);
});

test('certificates come from certSecretRef, also under their old names; half of a pair is refused', async () => {
  const name = await secret({ caFile: 'CA', 'tls.crt': 'CERT', 'tls.key': 'KEY' });
  assert.equal((await access({ certSecretRef: { name } })).tls, { ca: 'CA', cert: 'CERT', key: 'KEY' });
  const half = await secret({ 'tls.crt': 'CERT' });
  assert.match(await refusal({ certSecretRef: { name: half } }), /'tls.crt' and 'tls.key' go together/);
  const none = await secret({ other: 'x' });
  assert.match(await refusal({ certSecretRef: { name: none } }), /has no certificates/);
});

test("a CA in the provider's own Secret counts for Git services only, as in Flux", async () => {
  const name = await secret({ token: 'abc', 'ca.crt': 'CA' });
  assert.is((await access({ secretRef: { name } })).tls, undefined);
  assert.equal((await access({ secretRef: { name } }, new Set(['commit-status']))).tls, { ca: 'CA' });
});

test('a proxy comes from proxySecretRef, else from the deprecated places, with its password apart', async () => {
  const old = await secret({ proxy: 'http://user:pa%20ss@old.example.com:3128' });
  const fresh = await secret({ address: 'http://new.example.com:3128', username: 'u', password: 'p' });
  assert.equal((await access({ secretRef: { name: old }, proxySecretRef: { name: fresh } })).proxy, {
    url: 'http://new.example.com:3128/',
    username: 'u',
    password: 'p',
  });
  assert.equal((await access({ secretRef: { name: old }, proxy: 'http://spec.example.com' })).proxy, {
    url: 'http://old.example.com:3128/',
    username: 'user',
    password: 'pa ss',
  });
  assert.equal((await access({ proxy: 'http://spec.example.com' })).proxy, {
    url: 'http://spec.example.com/',
  });
});

test('a proxy that is none is refused without showing it', async () => {
  const name = await secret({ address: 'ftp://user:hunter2@proxy' });
  const message = await refusal({ proxySecretRef: { name } });
  assert.match(message, /^failed to get proxy URL: secret '[\w-]+\/secret-\d+': the address is no http/);
  assert.not(message.includes('hunter2'));
  const empty = await secret({ other: 'x' });
  assert.match(await refusal({ proxySecretRef: { name: empty } }), /the key address is missing/);
});

test.run();
