import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChartRepository, startChartRepository } from '../../helpers/chart-repository.ts';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { digestOf } from '../tarball.ts';
import { helmRepository } from './objects.ts';

let world: World;
let charts: ChartRepository;
test.before(async () => {
  [world, charts] = await Promise.all([createWorld(), startChartRepository()]);
  await charts.publish('app', '1.0.0');
});
test.after(async () => {
  await Promise.all([world.close(), charts.close()]);
});

test('the index is stored as it is, under the names that Flux gives it', async () => {
  const namespace = await world.cluster.namespace('helm');
  const ref = `HelmRepository/${namespace}/charts`;
  await world.apply(helmRepository(namespace, { url: charts.url }));
  const { status } = await world.ready(ref);
  const { artifact } = status ?? {};
  const hex = artifact?.revision.slice('sha256:'.length);
  assert.is(artifact?.path, `helmrepository/${namespace}/charts/index-${hex}.yaml`);
  assert.is(artifact?.revision, artifact?.digest);
  const bytes = Buffer.from(await (await fetch(artifact?.url ?? '')).arrayBuffer());
  assert.is(digestOf(bytes), artifact?.digest);
  assert.match(bytes.toString(), /name: app/);
  assert.match(String(status?.['url']), /\/index\.yaml$/);
  assert.is((await fetch(String(status?.['url']))).status, 200);
  const object = await world.get(ref);
  assert.is(condition(object, 'Ready')?.message, `stored artifact: revision '${artifact?.revision}'`);
  assert.is(condition(object, 'Ready')?.reason, 'Succeeded');
  await world.eventually({ what: 'the event' }, async () =>
    (await world.events(ref)).some(({ message }) =>
      /^stored fetched index of size [\d.]+k?B from 'http/.test(String(message)),
    ),
  );
  await world.delete(ref);
  await world.gone(ref);
  assert.not(existsSync(join(world.host.dir, 'storage', artifact?.path ?? '')));
});

test.run();
