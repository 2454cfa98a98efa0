import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type GitServer, startGitServer } from '../helpers/git-server.ts';
import { startTokenServices, type TokenServices } from '../helpers/identity-services/token-services.ts';
import { startTransit } from '../helpers/key-services/transit.ts';
import { startSops } from '../helpers/sops.ts';
import { configMap, createApp, gitRepository, kustomization } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { at } from './live.ts';

/*
 * Flags whose effect no other test shows. host/app/flags.test.ts has all of them, as far as their values.
 */

const token = 'hvs.given-at-the-login';
const gitToken = 'given-by-the-provider';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const election = ['--enable-leader-election', '--leader-election-release-on-cancel=false'];
let world: World;
let transit: Awaited<ReturnType<typeof startTransit>>;
let tokens: TokenServices;
let git: GitServer;
let broken: Server;
let asked = 0;
let brokenUrl: string;

test.before(async () => {
  [world, transit, tokens, git] = await Promise.all([
    createWorld({ withoutHost: true }),
    startTransit(token),
    startTokenServices({ appKey: publicKey, token: gitToken }),
    startGitServer({ auth: { username: 'x-access-token', password: gitToken } }),
  ]);
  broken = createServer((_request, response) => {
    asked += 1;
    response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(broken, 'listening');
  const address = broken.address();
  brokenUrl = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`;
  const instances = [{ address: transit.url, loginPath: 'auth/kubernetes/login' }];
  await world.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'vaults', namespace: 'flux-system' },
      data: { 'config.yaml': JSON.stringify({ instances }) },
    },
  );
  await world.startHost({
    flags: [
      '--http-retry=1',
      '--artifact-digest-algo=sha512',
      '--artifact-retention-records=1',
      '--artifact-retention-ttl=1s',
      '--sops-vault-configmap=vaults',
      '--default-decryption-service-account=decryptor',
      '--feature-gates=ObjectLevelWorkloadIdentity=true,ExternalArtifact=true',
      '--token-cache-max-size=0',
      '--rate-limit-interval=0s',
      '--export-http-path-metrics',
      '--log-encoding=console',
      '--plugin-workers=1',
      ...election,
    ],
    env: { RUNTIME_NAMESPACE: 'flux-system' },
  });
});
test.after(async () => {
  broken.close();
  await Promise.all([world.close(), transit.close(), tokens.close(), git.close()]);
});

test('--http-retry: an artifact that cannot be had is asked for that many times more', async () => {
  const namespace = await world.cluster.namespace('retry');
  const name = 'far';
  await world.apply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'ExternalArtifact',
    metadata: { name, namespace },
    spec: {},
  });
  const digest = `sha256:${'0'.repeat(64)}`;
  const lastUpdateTime = new Date().toISOString();
  const artifact = {
    path: 'far.tar.gz',
    url: `${brokenUrl}/far.tar.gz`,
    revision: 'v1',
    digest,
    lastUpdateTime,
  };
  await world.patch(`ExternalArtifact/${namespace}/${name}`, { status: { artifact } }, 'status');
  await world.apply(
    kustomization(namespace, { sourceRef: { kind: 'ExternalArtifact', name }, retryInterval: '1h' }),
  );
  await world.failed(`Kustomization/${namespace}/app`, 'ArtifactFailed', /503/);
  assert.is(asked, 2);
});

test('--artifact-digest-algo, --artifact-retention-records and --artifact-retention-ttl: how artifacts are kept', async () => {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
  await world.ready(app.kustomization);
  const { status } = await world.get(app.source);
  assert.match(status?.artifact?.digest ?? '', /^sha512:[0-9a-f]{128}$/);
  const dir = join(world.host.dir, 'storage', 'gitrepository', app.namespace, 'app');
  await world.eventually({ what: 'superseded artifacts to go' }, async () => {
    await world.ready(app.source, await app.push({ files: { 'two.yaml': configMap(`two-${Date.now()}`) } }));
    const files = (await readdir(dir)).filter((file) => /^[0-9a-f]{40}\.tar\.gz$/.test(file));
    // By default there would be two at least.
    return files.length === 1;
  });
});

test('--default-decryption-service-account: whose identity decrypts where a Kustomization names none', async () => {
  const sops = await startSops();
  const plain = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\nstringData:\n  password: s3cret\n';
  const key = ['--hc-vault-transit', `${transit.url}/v1/sops/keys/main`, '--encrypted-regex', '^stringData$'];
  const file = await sops.encrypt(plain, 'yaml', key, { VAULT_TOKEN: token });
  await sops.close();
  const app = await createApp(world, { files: { 'secret.yaml': file }, sourceOnly: true });
  await world.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'decryptor', namespace: app.namespace } },
    kustomization(app.namespace, { decryption: { provider: 'sops' } }),
  );
  await world.ready(app.kustomization);
  const login = transit.asked.find(({ path }) => path === '/v1/auth/kubernetes/login');
  assert.is(JSON.parse(login?.body ?? '{}').role, `${app.namespace}_decryptor`);
});

test('--token-cache-max-size=0: every attempt has a token of its own', async () => {
  const namespace = await world.cluster.namespace('tokens');
  const { url } = await git.createRepository('app', { 'one.yaml': configMap('one') });
  const stringData = {
    githubAppID: '7',
    githubAppInstallationOwner: 'team',
    githubAppBaseURL: tokens.url,
    githubAppPrivateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
  await world.apply(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app', namespace }, stringData },
    gitRepository(namespace, { url, provider: 'github', secretRef: { name: 'app' } }),
  );
  const ref = `GitRepository/${namespace}/app`;
  await world.ready(ref);
  const before = tokens.seen.length;
  await world.request(ref);
  await world.eventually({ what: 'another token' }, () => tokens.seen.length > before);
});

test('--rate-limit-interval=0s drops no event; --export-http-path-metrics tells paths apart', async () => {
  const event = {
    involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'x' },
    severity: 'info',
    timestamp: new Date().toISOString(),
    message: 'the same',
    reason: 'Test',
    reportingController: 'test',
  };
  const post = async () =>
    (await fetch(world.host.eventsUrl, { method: 'POST', body: JSON.stringify(event) })).status;
  assert.equal([await post(), await post()], [202, 202]);
  await fetch(`${world.host.webhookUrl}/hook/nobody`, { method: 'POST' });
  const metrics = await (await fetch(world.host.metricsUrl)).text();
  assert.match(metrics, /^gotk_receiver_http_request_duration_seconds_count\{.*handler="\/hook\/nobody"/m);
});

test('--log-encoding=console: lines for people', async () => {
  const [first = ''] = (await world.host.logs()).split('\n');
  assert.match(first, /^\d{4}-\d\d-\d\dT[^\t]+\t(INFO|info)\t/);
});

test('--leader-election-release-on-cancel=false: the Lease is left to run out', async () => {
  const lease = 'Lease/flux-system/flux-host-leader-election';
  const holder = at(await world.get(lease), 'spec', 'holderIdentity');
  assert.ok(holder);
  await world.host.stop();
  assert.is(at(await world.get(lease), 'spec', 'holderIdentity'), holder);
});

test.run();
