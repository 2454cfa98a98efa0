import { readFile } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedCluster } from '@flux-host/test/helpers/cluster.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, group, ownerOf, requestOf } from '../apply/testing.ts';
import { createCloudTokens } from '../cloud/tokens.ts';
import { FluxError } from '../errors/flux-error.ts';
import { secrets } from '../kube/core.ts';
import { clientFromKubeconfig } from '../kube/load-client.ts';
import type { NamespacedName } from '../kube/types.ts';
import { createRedactor } from '../observability/redact.ts';
import { createEgress } from '../sandbox/egress/egress.ts';
import { createRemoteClusters, type RemoteClustersOptions } from './clusters.ts';
import type { RemoteClusters, RemoteLease } from './types.ts';

const cluster = await sharedCluster();
const kubeconfig = await readFile(cluster.kubeconfig, 'utf8');
const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
const egress = createEgress();
const redactor = createRedactor();
const tokens = createCloudTokens({
  client,
  egress,
  env: {},
  objectLevel: false,
  cacheSize: 0,
  cacheMs: 0,
  secret: () => {},
});
let remote: RemoteClusters | undefined;
let watches: string[] = [];
const changed: string[] = [];

function open(options: Partial<RemoteClustersOptions> = {}): RemoteClusters {
  remote = createRemoteClusters({
    client,
    redactor,
    tokens,
    egress,
    settings: { insecureExec: false, insecureTls: false },
    objectLevel: false,
    group,
    userAgent: 'test',
    onChange: ({ name }) => changed.push(name),
    onMissed: () => {},
    onNotice: () => {},
    onRequest: ({ verb, host }) => verb === 'watch' && watches.push(host),
    ...options,
  });
  return remote;
}

/** Puts a kubeconfig into a Secret; `more` makes it another text, and so another cluster. */
async function store(namespace: string, name: string, more = ''): Promise<void> {
  const stringData = { value: kubeconfig + more };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
  await client.apply(secrets, secret, { fieldManager: 'test', force: true });
}

function connect(owner: NamespacedName, name: string): Promise<RemoteLease> {
  if (!remote) throw new Error('open one first');
  return remote.connect({ kubeConfig: { secretRef: { name } }, owner, signal: AbortSignal.timeout(20_000) });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; !holds(); attempt++) {
    if (attempt > 500) throw new Error(`${what} did not happen within ten seconds`);
    await sleep(20);
  }
}

const test = suite('remote clusters');

test.before.each(() => {
  watches = [];
});
test.after.each(async () => {
  await remote?.close();
  remote = undefined;
});
test.after(async () => {
  await Promise.all([client.close(), egress.close()]);
  await cluster.stop();
});

test('objects with the same kubeconfig, even in several Secrets, share one connection and one watch a kind', async () => {
  const namespace = await cluster.namespace('share');
  const clusters = open();
  await Promise.all(['a', 'b'].map((name) => store(namespace, name)));
  for (const name of ['a', 'b']) {
    const owner = { ...ownerOf(name), namespace };
    const lease = await connect(owner, name);
    await lease.applier.apply(requestOf(lease.client, [configMap(namespace, `of-${name}`)], { owner }));
    lease.release();
  }
  assert.equal(clusters.size, { clusters: 1, watched: 1 });
  await until('the watch', () => watches.length > 0);
  assert.is(watches.length, 1);
});

test('a connection that nobody needs is closed after a while, and one that somebody watches with is not', async () => {
  const namespace = await cluster.namespace('linger');
  const clusters = open({ lingerMs: 100 });
  await store(namespace, 'remote');
  const [first, second] = [
    { namespace, name: 'first' },
    { namespace, name: 'second' },
  ];
  for (const owner of [first, second]) (await connect(owner, 'remote')).release();
  clusters.forget(first);
  await sleep(300);
  assert.is(clusters.size.clusters, 1);
  clusters.forget(second);
  await until('the end of the connection', () => clusters.size.clusters === 0);
});

test('with another kubeconfig in the Secret the old connection is closed, but not under an attempt that uses it', async () => {
  const namespace = await cluster.namespace('change');
  const clusters = open({ lingerMs: 100 });
  const owner = { namespace, name: 'owner' };
  await store(namespace, 'remote');
  const old = await connect(owner, 'remote');
  await store(namespace, 'remote', '\n');
  (await connect(owner, 'remote')).release();
  await sleep(300);
  assert.is(clusters.size.clusters, 2);
  await old.client.get(secrets, { namespace, name: 'remote' });
  old.release();
  await until('the end of the old connection', () => clusters.size.clusters === 1);
});

test('a Secret that is gone takes the connection with it', async () => {
  const namespace = await cluster.namespace('gone');
  const clusters = open({ lingerMs: 100 });
  const owner = { namespace, name: 'owner' };
  await store(namespace, 'remote');
  (await connect(owner, 'remote')).release();
  await client.delete(secrets, { namespace, name: 'remote' });
  const error = await connect(owner, 'remote').catch((caught: unknown) => caught);
  assert.ok(error instanceof FluxError && error.code === 'FLUX_E_SECRET');
  await until('the end of the connection', () => clusters.size.clusters === 0);
});

test('connections are bounded, and so are the clusters that are watched', async () => {
  const namespace = await cluster.namespace('bounds');
  const clusters = open({ maxClusters: 3, maxWatched: 2 });
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    await store(namespace, name, '\n'.repeat(index));
    (await connect({ namespace, name }, name)).release();
  }
  assert.is(clusters.size.clusters, 3);
  assert.ok(clusters.size.watched <= 2, `${clusters.size.watched} are watched`);
});

/** A way to the cluster that can be cut. */
async function startTunnel() {
  const { hostname, port } = new URL(JSON.parse(kubeconfig).clusters[0].cluster.server);
  const sockets = new Set<Socket>();
  let isOpen = true;
  let attempts = 0;
  const server = createServer((socket) => {
    attempts += 1;
    if (!isOpen) return socket.destroy();
    const upstream = connectSocket(Number(port), hostname);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on('error', () => {}).on('close', () => sockets.delete(end));
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' ? address?.port : undefined,
    get attempts() {
      return attempts;
    },
    cut() {
      isOpen = false;
      attempts = 0;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isOpen = true;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('a cluster that goes away is not watched until it is back, ends what waits for it, and wakes its owners then', async () => {
  const namespace = await cluster.namespace('tunnel');
  const tunnel = await startTunnel();
  try {
    const clusters = open();
    const config = JSON.parse(kubeconfig);
    config.clusters[0].cluster.server = `https://127.0.0.1:${tunnel.port}`;
    const stringData = { value: JSON.stringify(config) };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tunnel', namespace }, stringData };
    await client.apply(secrets, secret, { fieldManager: 'test', force: true });
    const owner = { ...ownerOf('tunnelled'), namespace };
    const lease = await connect(owner, 'tunnel');
    const names = ['a', 'b', 'c'].map((name) => configMap(namespace, name));
    await lease.applier.apply(requestOf(lease.client, names, { owner }));
    await until('the watch', () => watches.length > 0);
    tunnel.cut();
    await until('the end of the watch', () => clusters.size.watched === 0);
    await until('the end of the attempt', () => lease.signal.aborted);
    assert.match(String(lease.signal.reason), /cannot use the cluster of KubeConfig secret '.*\/tunnel'/);
    lease.release();
    const before = tunnel.attempts;
    await sleep(2_000);
    assert.ok(tunnel.attempts <= before + 1, `${tunnel.attempts - before} more attempts to connect`);
    changed.length = 0;
    tunnel.mend();
    await until('the way back', () => changed.includes('tunnelled'));
    assert.is(clusters.size.watched, 1);
  } finally {
    tunnel.close();
  }
});

test('the token of a kubeconfig is taken out of texts from then on', async () => {
  const namespace = await cluster.namespace('mask');
  open();
  await store(namespace, 'remote');
  (await connect({ namespace, name: 'owner' }, 'remote')).release();
  const { users } = JSON.parse(kubeconfig);
  assert.not.match(redactor.redact(`cannot use ${users[0].user.token}`), users[0].user.token);
});

test('whoever gives up waiting does not wait', async () => {
  const namespace = await cluster.namespace('abort');
  const clusters = open();
  await store(namespace, 'remote');
  const stop = new AbortController();
  const kubeConfig = { secretRef: { name: 'remote' } };
  const owner = { namespace, name: 'owner' };
  const waiting = clusters.connect({ kubeConfig, owner, signal: stop.signal });
  stop.abort(new Error('enough'));
  const error: unknown = await waiting.catch((caught: unknown) => caught);
  assert.match(String(error), /enough/);
});

test.run();
