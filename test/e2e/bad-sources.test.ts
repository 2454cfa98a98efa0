import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startGitServer } from '../helpers/git-server.ts';
import { freePorts } from '../helpers/ports.ts';
import { type AppOptions, configMap, createApp, gitRepository } from './app.ts';
import { createWorld, type World } from './harness.ts';
import { condition } from './live.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

const files = { 'one.yaml': configMap('one') };

/** A GitRepository that cannot work, and what it says about that. */
async function broken(
  source: Partial<NonNullable<AppOptions['source']>>,
  message: RegExp,
  reason = 'GitOperationFailed',
) {
  const app = await createApp(world, { files, source, sourceOnly: true });
  await world.failed(app.source, reason, message);
  const object = await world.get(app.source);
  const failed = condition(object, 'FetchFailed');
  assert.is(failed?.status, 'True');
  assert.is(failed?.reason, reason);
  assert.is(object.status?.artifact, undefined);
  await world.eventually({ what: 'an event' }, async () =>
    (await world.events(app.source)).some(
      (event) => event['reason'] === reason && event['type'] === 'Warning',
    ),
  );
  return app;
}

test('a repository that does not exist', async () => {
  const url = `${world.git.url}/nobody.git`;
  await broken({ url }, /failed to checkout and determine revision: .*(not found|404).*hint/);
});

test('a branch that does not exist, until it is pushed', async () => {
  const app = await broken({ ref: { branch: 'nope' } }, /nope/);
  await app.repository.branch('nope');
  await world.request(app.source);
  await world.ready(app.source);
});

test('a tag and a version range without a match', async () => {
  await broken({ ref: { tag: 'v9' } }, /v9/);
  await broken({ ref: { semver: '>=9.0.0' } }, />=9\.0\.0/);
});

test('a repository without any commit', async () => {
  const namespace = await world.cluster.namespace('empty');
  const { url } = await world.git.createRepository('empty');
  await world.apply(gitRepository(namespace, { url }));
  await world.until(
    `GitRepository/${namespace}/app`,
    'to fail',
    (object) => condition(object, 'Ready')?.status === 'False',
  );
  assert.match(
    condition(await world.get(`GitRepository/${namespace}/app`), 'Ready')?.message ?? '',
    /empty|main/,
  );
});

test('wrong credentials, a missing Secret and an incomplete one', async () => {
  const server = await startGitServer({ auth: { username: 'ada', password: 'correct-horse' } });
  try {
    const { url } = await server.createRepository('private', files);
    const namespace = await world.cluster.namespace('private');
    const ref = `GitRepository/${namespace}/app`;
    const secret = (stringData: Record<string, string>) =>
      world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', namespace }, stringData });
    await world.apply(gitRepository(namespace, { url, secretRef: { name: 'login' } }));
    await world.failed(
      ref,
      'AuthenticationFailed',
      new RegExp(`failed to get secret '${namespace}/login'.*create secret login`),
    );
    await secret({ password: 'correct-horse' });
    await world.request(ref);
    await world.failed(ref, 'AuthenticationFailed', /'password' requires 'username'/);
    await secret({ username: 'ada', password: 'wrong-battery' });
    await world.request(ref);
    const failure = await world.failed(ref, 'GitOperationFailed', /authentication|401/i);
    assert.not.match(failure.message, /wrong-battery/);
    await secret({ username: 'ada', password: 'correct-horse' });
    await world.request(ref);
    await world.ready(ref);
  } finally {
    await server.close();
  }
});

test('a host without a listener, one without a name, and one that never answers', async () => {
  const [port] = await freePorts(1);
  await broken({ url: `http://127.0.0.1:${port}/x.git` }, /refused/i);
  await broken({ url: 'http://no-such-host.invalid/x.git' }, /no-such-host\.invalid/);
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  assert.ok(address && typeof address === 'object');
  await broken(
    { url: `http://127.0.0.1:${address.port}/x.git`, timeout: '2s' },
    /timeout|timed out|within 2000 ms|in time/i,
  );
  silent.close();
});

test('a certificate that is not trusted, until its authority is given', async () => {
  const server = await startGitServer({ tls: 'server' });
  try {
    const { url } = await server.createRepository('secure', files);
    const namespace = await world.cluster.namespace('tls');
    const ref = `GitRepository/${namespace}/app`;
    await world.apply(gitRepository(namespace, { url }));
    const failure = await world.failed(ref, 'GitOperationFailed', /certificate/i);
    assert.match(failure.message, /hint: .*ca\.crt/);
    await world.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'ca', namespace },
        stringData: { 'ca.crt': server.certificates?.ca ?? '' },
      },
      gitRepository(namespace, { url, secretRef: { name: 'ca' } }),
    );
    await world.ready(ref);
  } finally {
    await server.close();
  }
});

test('an outage of the Git server keeps what is applied and heals by itself', async () => {
  let down = false;
  const server = await startGitServer({
    intercept: (_request, response) => {
      if (down) response.writeHead(503).end('down');
      return down;
    },
  });
  try {
    const repository = await server.createRepository('flaky', files);
    const app = await createApp(world, { files, source: { url: repository.url, interval: '1s' } });
    await world.ready(app.kustomization);
    down = true;
    await world.failed(app.source, 'GitOperationFailed', /503/);
    const { status } = await world.get(app.source);
    assert.ok(status?.artifact, 'the last artifact stays');
    assert.is(condition(await world.get(app.kustomization), 'Ready')?.status, 'True');
    down = false;
    await world.ready(app.source);
  } finally {
    await server.close();
  }
});

test('the host is still up', () => assert.not(world.host.exited));

test.run();
