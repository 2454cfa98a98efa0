import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startHelm } from '../../helpers/helm.ts';
import { startHelm3 } from '../../helpers/helm-3.ts';
import { createWorld, type World } from '../harness.ts';
import { condition, type Live } from '../live.ts';
import { chartYaml, createReleasedApp } from './release.ts';

let world: World;
const versions = { 'Helm 3': await startHelm3(), 'Helm 4': await startHelm() };
test.before(async () => {
  world = await createWorld();
});
test.after(async () => {
  await Promise.all([world.close(), ...Object.values(versions).map((helm) => helm.close())]);
});

const hasRevision = (revision: string) => (object: Live) =>
  condition(object, 'Ready')?.status === 'True' && object.status?.['lastAttemptedRevision'] === revision;
const colourIn = async (namespace: string) =>
  (await world.get(`ConfigMap/${namespace}/app-settings`))['data']?.['colour'];

for (const [name, helm] of Object.entries(versions)) {
  test(`the commands of ${name} know a release of the host: list, status, history, get, rollback`, async () => {
    const app = await createReleasedApp(world, {
      files: { 'chart/templates/NOTES.txt': 'It is {{ .Values.colour }}.' },
      spec: { values: { colour: 'blue' } },
    });
    await world.ready(app.ref);
    await app.publish('1.1.0', { 'chart/values.yaml': 'colour: red\nsize: 2\n' });
    await world.until(app.ref, 'to be upgraded', hasRevision('1.1.0'));
    const run = (...args: string[]) => helm.run(args, app.env);
    const [listed] = JSON.parse(await run('list', '-o', 'json'));
    assert.equal(
      [listed.name, listed.revision, listed.status, listed.chart],
      ['app', '2', 'deployed', 'app-1.1.0'],
    );
    assert.match(await run('status', 'app'), /STATUS: deployed.*It is blue\./s);
    const past: { revision: number; status: string }[] = JSON.parse(
      await run('history', 'app', '-o', 'json'),
    );
    assert.equal(
      past.map(({ revision, status }) => `${revision} ${status}`),
      ['1 superseded', '2 deployed'],
    );
    assert.equal(JSON.parse(await run('get', 'values', 'app', '-o', 'json')), { colour: 'blue' });
    assert.match(await run('get', 'manifest', 'app'), /chart: 1\.1\.0/);
    assert.match(await run('get', 'notes', 'app'), /It is blue\./);
    // Helm 4 applies by the server as well, where the fields belong to the host.
    await run('rollback', 'app', '1', ...(name === 'Helm 4' ? ['--force-conflicts'] : []));
    assert.is((await world.get(`ConfigMap/${app.namespace}/app-settings`))['data']?.['chart'], '1.0.0');
    // What somebody did by hand is not what the HelmRelease asks for.
    await world.request(app.ref);
    await world.eventually({ what: 'the release to be upgraded again' }, async () => {
      const [now] = JSON.parse(await run('list', '-o', 'json'));
      return now?.revision === '4' && now.chart === 'app-1.1.0' && now.status === 'deployed';
    });
    await world.delete(app.ref);
    await world.gone(app.ref);
    assert.equal(JSON.parse(await run('list', '-o', 'json')), []);
  });

  test(`a release of ${name} is adopted, with its history`, async () => {
    const app = await createReleasedApp(world, { spec: { suspend: true, values: { colour: 'blue' } } });
    const dir = mkdtempSync(join(tmpdir(), 'flux-host-adopted-'));
    writeFileSync(join(dir, 'Chart.yaml'), chartYaml('0.9.0'));
    await helm.run(['install', 'app', dir], app.env);
    rmSync(dir, { recursive: true });
    await world.patch(app.ref, { spec: { suspend: false } });
    await world.until(app.ref, 'to be upgraded', hasRevision('1.0.0'));
    assert.is(await colourIn(app.namespace), 'blue');
    const past: { revision: number; chart: string }[] = JSON.parse(
      await helm.run(['history', 'app', '-o', 'json'], app.env),
    );
    assert.equal(
      past.map(({ revision, chart }) => `${revision} ${chart}`),
      ['1 app-0.9.0', '2 app-1.0.0'],
    );
  });
}

test.run();
