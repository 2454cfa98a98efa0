import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChartRepository, startChartRepository } from '../../helpers/chart-repository.ts';
import { createWorld, type World } from '../harness.ts';
import { contentOf } from './archive.ts';
import { helmChart, helmRepository, secret } from './objects.ts';

let world: World;
let closed: ChartRepository;
/** Another host that charts of an index may be on. */
let other: ChartRepository;
let mutual: ChartRepository;
const auth = { username: 'flux', password: 'pass-word-1' };

test.before(async () => {
  [world, closed] = await Promise.all([createWorld(), startChartRepository({ auth })]);
  const { helm } = closed;
  other = await startChartRepository({ helm, auth });
  mutual = await startChartRepository({ helm, tls: 'client', auth });
});
test.after(async () => {
  await Promise.all([world.close(), other.close(), mutual.close()]);
  await closed.close();
});

test('user name and password come from the Secret or the address, and go nowhere else', async () => {
  const archive = await closed.publish('app', '1.0.0');
  const namespace = await world.cluster.namespace('access');
  const ref = `HelmRepository/${namespace}/charts`;
  await world.apply(helmRepository(namespace, { url: closed.url }), helmChart(namespace, {}));
  await world.failed(ref, 'Failed', /401 Unauthorized \(hint: .*spec\.secretRef/);
  await world.patch(ref, { spec: { secretRef: { name: 'login' } } });
  await world.failed(ref, 'AuthenticationFailed', /failed to get secret '[^']*\/login'/);
  await world.apply(secret(namespace, 'login', { username: 'flux' }));
  await world.request(ref);
  await world.failed(
    ref,
    'AuthenticationFailed',
    /malformed basic auth - has 'username' but missing 'password'/,
  );
  await world.apply({
    ...secret(namespace, 'login', auth),
    metadata: { name: 'login', namespace, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
  });
  // A watched Secret needs no request.
  await world.ready(ref);
  assert.equal(await contentOf(await world.ready(`HelmChart/${namespace}/app`, '1.0.0')), archive);
  const withUser = closed.url.replace('//', `//${auth.username}:${auth.password}@`);
  await world.apply(helmRepository(namespace, { name: 'by-address', url: withUser }));
  const { status } = await world.ready(`HelmRepository/${namespace}/by-address`);
  assert.not.match(JSON.stringify(status), auth.password);
  assert.not.match(await world.host.logs(), auth.password);
});

test('charts on another host are asked for without the login, unless spec.passCredentials says so', async () => {
  await other.publish('elsewhere', '1.0.0');
  closed.put(
    'index.yaml',
    `apiVersion: v1\nentries:\n  app:\n  - name: elsewhere\n    version: 1.0.0\n    urls: ["${other.url}/elsewhere-1.0.0.tgz"]\n`,
  );
  const namespace = await world.cluster.namespace('access');
  const ref = `HelmChart/${namespace}/app`;
  await world.apply(
    secret(namespace, 'login', auth),
    helmRepository(namespace, { url: closed.url, secretRef: { name: 'login' } }),
    helmChart(namespace, {}),
  );
  await world.failed(ref, 'AuthenticationFailed', /elsewhere-1\.0\.0\.tgz : 401 Unauthorized/);
  assert.is(other.headersOf('/elsewhere-1.0.0.tgz')?.authorization, undefined);
  await world.patch(`HelmRepository/${namespace}/charts`, { spec: { passCredentials: true } });
  await world.request(ref);
  await world.ready(ref, '1.0.0');
});

test('a redirect is followed, but not to other services of this machine', async () => {
  const namespace = await world.cluster.namespace('access');
  const ref = `HelmRepository/${namespace}/charts`;
  const open = await startChartRepository({ helm: closed.helm });
  try {
    await open.publish('far', '1.0.0');
    const to =
      (target: string): ChartRepository['intercept'] =>
      (request, response) => {
        if (!/^\/(index\.yaml|far-1\.0\.0\.tgz)$/.test(request.url ?? '')) return false;
        response.writeHead(302, { location: `${target}${request.url}?moved` }).end();
        return true;
      };
    open.intercept = to('');
    await world.apply(helmRepository(namespace, { url: open.url }), helmChart(namespace, { chart: 'far' }));
    await world.ready(`HelmChart/${namespace}/app`, '1.0.0');
    assert.ok(open.requests.includes('GET /far-1.0.0.tgz?moved 200'));
    open.intercept = to(closed.url);
    closed.forget();
    await world.request(ref);
    await world.failed(ref, 'Failed', /may not connect to 127\.0\.0\.1/);
    assert.equal(closed.requests, []);
  } finally {
    await open.close();
  }
});

test('an authority and a client certificate are used for index and charts, in either Secret', async () => {
  await mutual.publish('app', '1.0.0');
  const { ca = '', client } = mutual.certificates ?? {};
  const namespace = await world.cluster.namespace('access');
  const ref = `HelmRepository/${namespace}/charts`;
  const pair = { 'tls.crt': client?.cert ?? '', 'tls.key': client?.key ?? '' };
  await world.apply(
    secret(namespace, 'tls', { 'ca.crt': ca, ...pair }),
    secret(namespace, 'half', { 'ca.crt': ca, 'tls.crt': pair['tls.crt'] }),
    secret(namespace, 'login', auth),
    secret(namespace, 'all', { ...auth, caFile: ca, certFile: pair['tls.crt'], keyFile: pair['tls.key'] }),
    helmRepository(namespace, { url: mutual.url, secretRef: { name: 'login' } }),
    helmChart(namespace, {}),
  );
  await world.failed(ref, 'Failed', /certificate/);
  await world.patch(ref, { spec: { certSecretRef: { name: 'half' } } });
  await world.failed(ref, 'AuthenticationFailed', /'tls\.crt' and 'tls\.key' go together/);
  await world.patch(ref, { spec: { certSecretRef: { name: 'tls' } } });
  await world.ready(ref);
  await world.ready(`HelmChart/${namespace}/app`, '1.0.0');
  await world.apply(helmRepository(namespace, { name: 'old', url: mutual.url, secretRef: { name: 'all' } }));
  await world.ready(`HelmRepository/${namespace}/old`);
});

test('an index that did not change is not sent again, and one that did is', async () => {
  const namespace = await world.cluster.namespace('access');
  const ref = `HelmRepository/${namespace}/charts`;
  const open = await startChartRepository({ helm: closed.helm });
  try {
    await open.publish('app', '1.0.0');
    // Times have whole seconds, so a young file is not trusted to show every change.
    open.age('index.yaml', 60);
    await world.apply(helmRepository(namespace, { url: open.url }));
    const first = await world.ready(ref);
    const handled = async () => {
      const request = await world.request(ref);
      await world.until(ref, 'to be handled', ({ status }) => status?.lastHandledReconcileAt === request);
    };
    await handled();
    await handled();
    assert.equal(open.requests.slice(-2), ['GET /index.yaml 304', 'GET /index.yaml 304']);
    assert.is((await world.get(ref)).status?.artifact?.digest, first.status?.artifact?.digest);
    await open.publish('app', '1.1.0');
    await handled();
    assert.is.not((await world.ready(ref)).status?.artifact?.digest, first.status?.artifact?.digest);
  } finally {
    await open.close();
  }
});

test.run();
