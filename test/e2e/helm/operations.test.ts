import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChartRepository, startChartRepository } from '../../helpers/chart-repository.ts';
import { createWorld, type World } from '../harness.ts';
import { contentOf } from './archive.ts';
import { helmChart, helmRepository } from './objects.ts';

let world: World;
let charts: ChartRepository;
let archive: Buffer;
const dir = await mkdtemp(join(tmpdir(), 'flux-host-helm-operations-'));
const auth = { username: 'u', password: 'hidden-word' };

test.before(async () => {
  [world, charts] = await Promise.all([createWorld({ withoutHost: true }), startChartRepository({ auth })]);
  await world.startHost({ dir });
  archive = await charts.publish('app', '1.0.0');
});
test.after(async () => {
  await world.close();
  await charts.close();
  rmSync(dir, { recursive: true, force: true });
});

const run = async (line: string) => {
  const { code, out, err, all } = await flux(line.split(' '), { kubeconfig: world.cluster.kubeconfig });
  return { code, out, err, all };
};

test('the command line makes, shows, reconciles, stops and deletes repositories and charts', async () => {
  const namespace = await world.cluster.namespace('cli');
  const helm = await run(
    `create source helm charts --url=${charts.url} --username=u --password=hidden-word --interval=1h -n ${namespace}`,
  );
  assert.is(helm.code, 0, helm.all);
  assert.match(
    helm.err,
    /✚ generating HelmRepository source\n► applying secret with repository credentials\n✔ authentication configured\n► applying HelmRepository source\n✔ source created\n◎ waiting for HelmRepository source reconciliation\n✔ HelmRepository source reconciliation completed\n✔ fetched revision: sha256:/,
  );
  assert.ok(await world.find(`Secret/${namespace}/helm-charts`));
  const chart = await run(
    `create source chart app --source=HelmRepository/charts --chart=app --chart-version=1.x --interval=1h -n ${namespace}`,
  );
  assert.is(chart.code, 0, chart.all);
  assert.match(chart.err, /✔ HelmChart source reconciliation completed\n✔ fetched revision: 1\.0\.0/);
  const shown = await run(`get sources all -n ${namespace}`);
  assert.match(
    shown.out,
    /helmrepository\/charts\s+sha256:[0-9a-f]+\s+False\s+True\s+stored artifact: revision 'sha256:/,
  );
  assert.match(
    shown.out,
    /helmchart\/app\s+1\.0\.0\s+False\s+True\s+pulled 'app' chart with version '1\.0\.0'/,
  );
  await charts.publish('app', '1.1.0');
  const reconciled = await run(`reconcile source chart app --with-source -n ${namespace}`);
  assert.is(reconciled.code, 0, reconciled.all);
  await world.ready(`HelmChart/${namespace}/app`, '1.1.0');
  const suspended = await run(`suspend source helm charts -n ${namespace}`);
  assert.is(suspended.code, 0, suspended.all);
  charts.forget();
  const refused = await run(`reconcile source helm charts -n ${namespace}`);
  assert.is(refused.code, 1);
  assert.equal(charts.requests, []);
  const resumed = await run(`resume source helm charts -n ${namespace}`);
  assert.is(resumed.code, 0, resumed.all);
  for (const kind of ['chart app', 'helm charts']) {
    const deleted = await run(`delete source ${kind} -s -n ${namespace}`);
    assert.is(deleted.code, 0, deleted.all);
  }
  await world.gone(`HelmRepository/${namespace}/charts`);
  await world.gone(`HelmChart/${namespace}/app`);
});

test('after a restart with an empty volume one fetch of the index serves all charts again', async () => {
  const namespace = await world.cluster.namespace('restart');
  await world.apply(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', namespace },
      stringData: auth,
    } as never,
    helmRepository(namespace, { url: charts.url, secretRef: { name: 'login' } }),
  );
  const names = ['one', 'two', 'three', 'four'];
  for (const name of names) await world.apply(helmChart(namespace, { name, version: '1.0.0' }));
  for (const name of names) await world.ready(`HelmChart/${namespace}/${name}`, '1.0.0');
  await world.stopHosts();
  rmSync(join(dir, 'storage', 'helmchart'), { recursive: true });
  rmSync(join(dir, 'storage', 'helmrepository'), { recursive: true });
  charts.forget();
  await world.startHost({ dir });
  for (const name of names) {
    await world.until(
      `HelmChart/${namespace}/${name}`,
      'to be served again',
      ({ status }) => status?.artifact?.url.startsWith(world.host.artifactUrl) ?? false,
    );
    const ref = `HelmChart/${namespace}/${name}`;
    await world.eventually({ what: `${ref} to be had` }, async () => {
      const answer = await fetch((await world.get(ref)).status?.artifact?.url ?? '');
      return answer.status === 200;
    });
    assert.equal(await contentOf(await world.get(ref)), archive);
  }
  const indexes = charts.requests.filter((request) => request.startsWith('GET /index.yaml'));
  assert.is(indexes.length, 1, indexes.join(', '));
  const metrics = await (await fetch(world.host.metricsUrl)).text();
  assert.match(
    metrics,
    new RegExp(
      `gotk_cache_events_total\\{event_type="cache_hit",name="charts",namespace="${namespace}"\\} [1-9]`,
    ),
  );
});

test.run();
