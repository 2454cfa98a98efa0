import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deployments } from '../../cluster/resources.ts';
import { startLogKubelet } from '../../testing/kubelet.ts';
import { joinSharedCluster } from '../../testing/world.ts';

const world = await joinSharedCluster();
const { client, cluster } = world;
const namespace = await cluster.namespace('logs');
const asked: URLSearchParams[] = [];

const entry = (fields: object) =>
  `${JSON.stringify({ level: 'info', ts: '2026-01-01T00:00:00.000Z', ...fields })}\n`;
const lines = [
  'a library says something\n',
  entry({ msg: 'stored artifact', controllerKind: 'GitRepository', name: 'app', namespace: 'apps' }),
  entry({
    msg: 'failed',
    level: 'error',
    error: 'no route',
    controllerKind: 'Kustomization',
    name: 'app',
    namespace: 'apps',
  }),
  entry({ msg: 'applied', controllerKind: 'Kustomization', name: 'infra', namespace: 'flux-system' }),
  entry({ msg: 'starting' }),
  '{"broken\n',
  entry({ msg: 'last line' }).trimEnd(),
];

async function* followed(): AsyncGenerator<string> {
  yield* lines.slice(1, 3);
  for (;;) {
    await sleep(20);
    yield entry({ msg: 'more', controllerKind: 'Kustomization', name: 'app', namespace: 'apps' });
  }
}

const kubelet = await startLogKubelet({
  client,
  name: `node-${namespace}`,
  controlPlane: cluster.dir,
  log(query) {
    asked.push(query);
    return query.get('follow') ? followed() : lines;
  },
});

test.before(async () => {
  const labels = { app: 'host' };
  await client.create(deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'host', namespace, labels: { 'app.kubernetes.io/part-of': 'flux' } },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'manager', image: 'none' }] } },
    },
  });
  await kubelet.addPod({ name: 'host-1', namespace, labels });
});
test.after(async () => {
  await kubelet.close();
  await world.close();
});

const logs = (flags: string) => world.flux(`logs --flux-namespace ${namespace} ${flags}`);

test("entries are shown in Flux's form, and what is no entry is not", async () => {
  const { code, out, err } = await logs('-A');
  assert.is(err, '');
  assert.is(code, 0);
  assert.is(
    out,
    `2026-01-01T00:00:00.000Z info GitRepository/app.apps - stored artifact 
2026-01-01T00:00:00.000Z error Kustomization/app.apps - failed no route
2026-01-01T00:00:00.000Z info Kustomization/infra.flux-system - applied 
2026-01-01T00:00:00.000Z info  - starting 
2026-01-01T00:00:00.000Z info  - last line 
`,
  );
});

test('namespace, kind, name and level select', async () => {
  assert.match((await logs('')).out, /^[^\n]*infra\.flux-system[^\n]*\n$/);
  assert.match((await logs('-n apps --kind kustomization')).out, /^[^\n]*failed no route\n$/);
  assert.match((await logs('-A --name infra')).out, /^[^\n]*applied \n$/);
  assert.match((await logs('-A --level error')).out, /^[^\n]*failed no route\n$/);
});

test('how much and since when is asked of the API server', async () => {
  asked.length = 0;
  await logs('--tail 7 --since 90s');
  await logs('--since-time 2026-01-01T00:00:00Z');
  assert.equal(Object.fromEntries(asked[0] ?? []), { tailLines: '7', sinceSeconds: '90' });
  assert.equal(Object.fromEntries(asked[1] ?? []), { sinceTime: '2026-01-01T00:00:00Z' });
});

test('a log is followed until the user interrupts', async () => {
  const interrupt = new AbortController();
  const { out } = await world.flux(`logs -f -A --flux-namespace ${namespace}`, {
    interrupt: interrupt.signal,
    onOutput(all) {
      if ((all.match(/ more /g)?.length ?? 0) >= 3) interrupt.abort(new Error('interrupted'));
    },
  });
  assert.match(out, /failed no route\n(.* - more \n){3}/);
});

test('mistakes are told', async () => {
  assert.match((await logs('--since-time yesterday')).err, 'yesterday is not a valid (RFC3339) time');
  assert.match((await logs('something')).err, 'no argument required');
  const empty = await cluster.namespace();
  assert.match(
    (await world.flux(`logs --flux-namespace ${empty}`)).err,
    `no Flux pods found in namespace "${empty}"`,
  );
});

test.run();
