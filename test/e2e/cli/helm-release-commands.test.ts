import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../helpers/git/temporary.ts';
import { gitRepository } from '../app.ts';
import { createWorld, type World } from '../harness.ts';
import { chartYaml, settings } from '../helm/release.ts';

let world: World;
let namespace: string;
const dir = temporaryFolder('flux-release-commands-');

test.before(async () => {
  world = await createWorld();
  namespace = await world.cluster.namespace('commands');
  const repository = await world.git.createRepository(`commands-${process.pid}`, {
    'chart/Chart.yaml': chartYaml('1.0.0'),
    'chart/templates/settings.yaml': settings,
  });
  await world.apply(gitRepository(namespace, { name: 'source', url: repository.url }));
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'more', namespace },
    stringData: { 'values.yaml': 'size: large\n' },
  });
});
test.after(() => world.close());

const run = (line: string): Promise<FluxResult> =>
  flux([...line.split(' '), '-n', namespace], { kubeconfig: world.cluster.kubeconfig, cwd: dir });

async function succeeds(line: string): Promise<FluxResult> {
  const result = await run(line);
  assert.is(result.code, 0, `${line}: ${result.all}`);
  return result;
}

const ref = (): string => `HelmRelease/${namespace}/app`;
const version = async (): Promise<unknown> => {
  const [latest] = (await world.get(ref())).status?.history ?? [];
  return latest && Reflect.get(latest, 'version');
};

test('a release is created, shown, exported and debugged', async () => {
  writeFileSync(join(dir, 'values.yaml'), 'colour: green\n');
  const { err } = await succeeds(
    'create hr app --source=GitRepository/source --chart=chart --values=values.yaml --values-from=Secret/more --interval=1h --label team=web',
  );
  assert.match(err, '✔ HelmRelease app is ready\n✔ applied revision 1.0.0\n');
  const shown = await succeeds('get hr app --show-source');
  assert.match(shown.out, /^NAME\s+SOURCE\s+REVISION\s+SUSPENDED\s+READY\s+MESSAGE/);
  assert.match(
    shown.out,
    /\napp\s+GitRepository\/\S+\/source\s+1\.0\.0\s+False\s+True\s+Helm install succeeded/,
  );
  assert.match((await succeeds('get hr --no-header -l team=web')).out, /^app\s+1\.0\.0/);
  assert.match((await succeeds('get hr --status-selector Ready=True')).out, /\napp\s/);
  assert.not.match((await run('get hr --status-selector Ready!=True')).out, /\napp\s/);
  const exported = (await succeeds('export hr app')).out;
  assert.match(exported, /^---\napiVersion: helm\.toolkit\.fluxcd\.io\/v2\nkind: HelmRelease\n/);
  assert.match(exported, 'colour: green');
  assert.not.match(exported, 'status:');
  assert.is((await succeeds('export hr --all')).out, exported);
  assert.is((await succeeds('debug hr app --show-values')).out, 'colour: green\nsize: large\n');
  assert.match((await succeeds('debug hr app --show-status')).out, /\nlastAttemptedReleaseAction: install\n/);
  assert.match((await succeeds('debug hr app --show-history')).out, /\n {2}chartVersion: 1\.0\.0\n/);
});

test('a release is reconciled, with its source, and released anew when that is forced', async () => {
  const plain = await succeeds('reconcile hr app');
  assert.match(plain.err, '✔ applied revision 1.0.0\n');
  assert.is(await version(), 1);
  const { err } = await succeeds('reconcile hr app --with-source --force --reset');
  assert.match(err, /► annotating GitRepository source [\s\S]*► annotating HelmRelease app /);
  assert.match(err, /✔ applied revision 1\.0\.0\n$/);
  assert.is(await version(), 2);
  const { annotations = {} } = (await world.get(ref())).metadata;
  const requested = annotations['reconcile.fluxcd.io/requestedAt'];
  assert.is(annotations['reconcile.fluxcd.io/forceAt'], requested);
  assert.is(annotations['reconcile.fluxcd.io/resetAt'], requested);
});

test('a release is suspended, resumed and deleted with what it installed', async () => {
  await succeeds('suspend hr app');
  assert.match((await succeeds('get hr app')).out, /\napp\s+1\.0\.0\s+True\s/);
  assert.match((await run('reconcile hr app')).err, 'resource is suspended');
  assert.match((await succeeds('resume hr app --wait')).err, '✔ applied revision 1.0.0\n');
  await succeeds('suspend hr --all');
  await succeeds('resume hr --all');
  await succeeds('delete hr app --silent');
  await world.gone(ref());
  assert.is(await world.find(`ConfigMap/${namespace}/app-settings`), undefined);
  await world.gone(`HelmChart/${namespace}/${namespace}-app`);
});

test.run();
