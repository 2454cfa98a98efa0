import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, createApp, gitRepository } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { github, hookUrl, logged, receiver, requestOf, send, tokenSecret } from './webhook.ts';

let world: World;
test.before(async () => {
  world = await createWorld();
});
test.after(() => world.close());

/** A GitRepository that is looked at once an hour, and a Receiver for it. */
async function createHook(spec: Parameters<typeof receiver>[1] = {}) {
  const app = await createApp(world, { files: { 'one.yaml': configMap('one') }, sourceOnly: true });
  await world.apply(tokenSecret(app.namespace), receiver(app.namespace, spec));
  await world.ready(app.source);
  return { app, url: await hookUrl(world, app.namespace) };
}

test('a push tells GitHub, GitHub tells the host, and the commit is fetched at once', async () => {
  const { app, url } = await createHook();
  await app.repository.commit({ files: { 'two.yaml': configMap('two') } });
  assert.is(await send(url), 200);
  await world.ready(app.source, await app.revision());
  const request = await requestOf(world, app.source);
  assert.match(request ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC m=\+\d+\.\d{9}$/);
  await world.until(
    app.source,
    'to have handled the request',
    ({ status }) => status?.lastHandledReconcileAt === request,
  );
});

test('a request that is not signed with the token is refused, and nothing happens', async () => {
  const { app, url } = await createHook();
  assert.is(await send(url, github({ key: 'a-guess' })), 400);
  assert.is(await send(url, { ...github(), headers: { 'content-type': 'application/json' } }), 400);
  assert.is(await requestOf(world, app.source), undefined);
  await logged(world, /"msg":"unable to validate payload"/);
  assert.is(await send(url), 200, 'the right one still goes through');
});

test('a path that nobody has leads nowhere, however much is sent to it', async () => {
  const { url } = await createHook();
  const other = `${url.slice(0, -1)}${url.endsWith('0') ? '1' : '0'}`;
  assert.is(await send(other), 404);
  assert.is(await send(`${url}?again`), 404);
  assert.is(await send(`${world.host.webhookUrl}/hook/`), 404);
  assert.is(await send(world.host.webhookUrl), 404);
  const [path = ''] = url.split('/').slice(-1);
  assert.not(
    (await world.host.logs()).includes(path.slice(0, -1)),
    'paths are secrets: only the status has them',
  );
});

test('a suspended Receiver refuses until it is resumed', async () => {
  const { app, url } = await createHook();
  const ref = app.ref('Receiver', 'hook');
  await world.patch(ref, { spec: { suspend: true } });
  await world.eventually({ what: 'the webhook to be closed' }, async () => (await send(url)) === 503);
  await world.patch(ref, { spec: { suspend: false } });
  await world.eventually({ what: 'the webhook to be open' }, async () => (await send(url)) === 200);
});

test('a body above three MiB is refused, one below is not', async () => {
  const { url } = await createHook({ type: 'generic' });
  const post = (size: number) => send(url, { method: 'POST', body: 'x'.repeat(size) });
  assert.is(await post(3 * 2 ** 20 + 1), 413);
  assert.is(await post(3 * 2 ** 20), 200);
});

test('the largest signed body is checked, too', async () => {
  const { url } = await createHook();
  assert.is(await send(url, github({ body: { filler: 'x'.repeat(3 * 2 ** 20 - 100) } })), 200);
});

test('only the events of the spec are taken, in any letter case', async () => {
  const { app, url } = await createHook({ events: ['Ping', 'PUSH'] });
  assert.is(await send(url, github({ event: 'issues' })), 400);
  assert.is(await requestOf(world, app.source), undefined);
  assert.is(await send(url, github({ event: 'push' })), 200);
});

test('filters decide by object and body which objects are concerned', async () => {
  const namespace = await world.cluster.namespace('hook');
  const names = ['app', 'other', 'unlabelled'];
  const { url: repository } = await world.git.createRepository(`filters-${process.pid}`, {
    'a.yaml': configMap('a'),
  });
  for (const name of names) {
    const object = gitRepository(namespace, { url: repository, name });
    const labels = name === 'unlabelled' ? {} : { team: 'web' };
    await world.apply({ ...object, metadata: { ...object.metadata, labels } });
  }
  await world.apply(
    tokenSecret(namespace),
    receiver(namespace, {
      resourceFilter: "req.ref == 'refs/heads/main'",
      resources: [
        {
          kind: 'GitRepository',
          name: '*',
          matchLabels: { team: 'web' },
          filter: 'res.metadata.name == req.repository.name',
        },
      ],
    }),
  );
  const url = await hookUrl(world, namespace);
  const asked = async () => {
    const requests = await Promise.all(
      names.map((name) => requestOf(world, `GitRepository/${namespace}/${name}`)),
    );
    return names.filter((_, index) => requests[index] !== undefined);
  };
  const push = (ref: string, name: string) => send(url, github({ body: { ref, repository: { name } } }));
  assert.is(await push('refs/heads/feature', 'app'), 200);
  assert.is(await push('refs/heads/main', 'unlabelled'), 200);
  assert.equal(await asked(), []);
  assert.is(await push('refs/heads/main', 'app'), 200);
  assert.equal(await asked(), ['app']);
});

test('what cannot be asked to reconcile is told with 500, and the others are asked nevertheless', async () => {
  const { app, url } = await createHook({
    resources: [
      { kind: 'GitRepository', name: 'missing' },
      { kind: 'GitRepository', name: '*' },
      { kind: 'GitRepository', name: 'app' },
    ],
  });
  assert.is(await send(url), 500);
  assert.ok(await requestOf(world, app.source));
  await logged(world, /failed to annotate resource: 'GitRepository\/missing\./);
  await logged(world, /matchLabels field not set when using wildcard/);
});

test('a flood is answered with 429, and other Receivers do not notice', async () => {
  const { app, url } = await createHook({
    type: 'generic',
    resources: [{ kind: 'GitRepository', name: 'app' }],
  });
  const flooded = await Promise.all(Array.from({ length: 400 }, () => fetch(url, { method: 'POST' })));
  const turnedAway = flooded.find(({ status }) => status === 429);
  assert.ok(Number(turnedAway?.headers.get('retry-after')) > 0, 'nobody was told to come back later');
  assert.ok(flooded.some(({ status }) => status === 200));
  await world.apply(receiver(app.namespace, {}, 'calm'));
  assert.is(await send(await hookUrl(world, app.namespace, 'calm')), 200);
  const metrics = await (await fetch(world.host.metricsUrl)).text();
  assert.match(
    metrics,
    /gotk_receiver_http_request_duration_seconds_count\{service="",handler="\/hook\/",method="POST",code="429"\} \d+/,
  );
  assert.match(metrics, /gotk_receiver_http_requests_inflight\{service="",handler="\/hook\/"\} 0/);
});

test.run();
