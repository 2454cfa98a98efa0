import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configMap, deployment } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { condition, isReady } from '../live.ts';
import { recordsIn, underWay } from './kill/records.ts';
import { createReleasedApp } from './release.ts';

let world: World;
const dir = mkdtempSync(join(tmpdir(), 'flux-host-helm-interrupted-'));
test.before(async () => {
  world = await createWorld({ dir });
});
test.after(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a release that is deleted after its install was interrupted leaves nothing behind, and what others made stays', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/web.yaml': deployment('web', { neverReady: true }) },
  });
  await world.eventually({ what: 'the install to wait' }, async () => {
    const { records } = await recordsIn(world, app.namespace);
    const web = await world.find(`Deployment/${app.namespace}/web`);
    return underWay(records).length > 0 && web !== undefined;
  });
  await world.host.kill();
  assert.equal((await world.get(app.ref)).status?.history ?? [], [], 'the host had no time to write it down');
  await world.delete(app.ref);
  await world.apply({
    ...JSON.parse(configMap('other')),
    metadata: { name: 'other', namespace: app.namespace },
  });
  await world.startHost({ dir });
  await world.gone(app.ref, 60_000);
  assert.is(await world.find(`ConfigMap/${app.namespace}/app-settings`), undefined);
  assert.is(await world.find(`Deployment/${app.namespace}/web`), undefined);
  assert.equal(await recordsIn(world, app.namespace), { records: [], problems: [] });
  assert.ok(await world.find(`ConfigMap/${app.namespace}/other`));
});

test('what only a failed upgrade brought goes with the next one; what it never got hold of stays', async () => {
  const app = await createReleasedApp(world, {
    files: { 'chart/templates/web.yaml': deployment('web') },
    spec: { upgrade: { timeout: '3s', remediation: { retries: 0 } } },
  });
  await world.ready(app.ref);
  await app.publish('2.0.0', {
    'chart/templates/web.yaml': deployment('web', { neverReady: true }),
    'chart/templates/extra.yaml': configMap('extra'),
  });
  const stalls = (version: string) =>
    world.until(
      app.ref,
      `to fail with ${version}`,
      (object) =>
        object.status?.lastAttemptedRevision === version &&
        condition(object, 'Stalled')?.reason === 'RetriesExceeded',
      60_000,
    );
  await stalls('2.0.0');
  const extra = `ConfigMap/${app.namespace}/extra`;
  assert.ok(await world.find(extra));
  // An object of somebody else, which the next chart has, too; that chart cannot be applied.
  const foreign = `ConfigMap/${app.namespace}/foreign`;
  await world.apply({
    ...JSON.parse(configMap('foreign')),
    metadata: { name: 'foreign', namespace: app.namespace },
  });
  await app.publish('3.0.0', {
    'chart/templates/foreign.yaml': configMap('foreign'),
    'chart/templates/extra.yaml': `${configMap('Not_A_Name')}`,
  });
  await stalls('3.0.0');
  await app.publish('4.0.0', {
    'chart/templates/web.yaml': deployment('web'),
    'chart/templates/foreign.yaml': '',
    'chart/templates/extra.yaml': '',
  });
  await world.until(
    app.ref,
    'to be mended',
    (object) => isReady(object) && object.status?.lastAttemptedRevision === '4.0.0',
    60_000,
  );
  assert.is(await world.find(extra), undefined);
  assert.ok(await world.find(foreign));
});

test.run();
