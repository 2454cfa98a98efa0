import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorld, type World } from '../harness.ts';
import { condition } from '../live.ts';
import { chartYaml, createReleasedApp, helmRelease } from './release.ts';

let world: World;
const flags = ['--requeue-dependency=10m'];
// What a host makes itself goes when it stops.
const dir = mkdtempSync(join(tmpdir(), 'flux-host-helm-restart-'));
test.before(async () => {
  // Nobody waits so long here: what goes on was woken.
  world = await createWorld({ dir, flags });
});
test.after(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Takes the place of a server that is gone: connections come, answers never do. */
async function silence(address: string): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(Number(new URL(address).port), '127.0.0.1', resolve);
  await promise;
  return async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  };
}

test('after a restart with an empty volume, another address and another commit, charts are made again and releases go on', async () => {
  const app = await createReleasedApp(world, {});
  await world.apply(helmRelease(app.namespace, { name: 'other' }));
  const names = ['app', 'other'];
  const refs = names.map((name) => `HelmRelease/${app.namespace}/${name}`);
  for (const ref of refs) await world.ready(ref);
  const { artifactUrl } = world.host;
  await world.stopHosts();
  rmSync(join(dir, 'storage'), { recursive: true });
  const stop = await silence(artifactUrl);
  try {
    await app.commit({ 'chart/Chart.yaml': chartYaml('1.1.0') });
    await world.startHost({ dir, flags });
    assert.is.not(world.host.artifactUrl, artifactUrl);
    for (const name of names) {
      const chart = `HelmChart/${app.namespace}/${app.namespace}-${name}`;
      const { status } = await world.ready(chart, '1.1.0');
      assert.ok(status?.artifact?.url.startsWith(world.host.artifactUrl));
    }
    for (const ref of refs) {
      await world.until(
        ref,
        'to be released again',
        (each) =>
          condition(each, 'Released')?.reason === 'UpgradeSucceeded' &&
          condition(each, 'Ready')?.status === 'True',
      );
    }
  } finally {
    await stop();
  }
});

test('what a source says of itself is with the release that waits for it at once, and so is the chart once there is one', async () => {
  const app = await createReleasedApp(world, {});
  const chart = `HelmChart/${app.namespace}/${app.namespace}-app`;
  await world.ready(app.ref);
  await world.patch(app.ref, { spec: { chart: { spec: { chart: 'nowhere' } } } });
  await world.failed(
    app.ref,
    'SourceNotReady',
    /HelmChart '.*' is not ready: .* chart 'nowhere': no such file/,
  );
  const { status } = await world.get(chart);
  await world.patch(app.ref, { spec: { chart: { spec: { chart: 'chart' } } } });
  await world.ready(app.ref);
  assert.is((await world.ready(chart)).status?.artifact?.digest, status?.artifact?.digest);
});

test.run();
