import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { folderWith, manifest } from '../../testing/files.ts';
import { flux } from '../../testing/flux.ts';
import { kustomization } from '../../testing/world.ts';

const configMap = (name: string, data: object = { a: 'b' }) =>
  manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

const spec = { targetNamespace: 'apps', postBuild: { substitute: { COLOUR: 'blue' } } };
const folder = folderWith({
  'app.yaml': manifest(kustomization('app', 'flux-system', spec)),
  'app/one.yaml': configMap('one', { colour: `\${COLOUR}` }),
});
test.after(() => folder.remove());

/** Builds `app` without a cluster. */
function build(path: string, ...more: string[]) {
  const words = [
    'build',
    'ks',
    'app',
    '--kustomization-file',
    'app.yaml',
    '--dry-run',
    '--path',
    path,
    ...more,
  ];
  return flux(words, { cwd: folder.dir });
}

test('a folder is built as the cluster would: namespace, variables, owner labels', async () => {
  const { code, out, err } = await build('./app');
  assert.is(err, '');
  assert.is(
    out,
    `apiVersion: v1
data:
  colour: blue
kind: ConfigMap
metadata:
  labels:
    kustomize.toolkit.fluxcd.io/name: app
    kustomize.toolkit.fluxcd.io/namespace: flux-system
  name: one
  namespace: apps
---
`,
  );
  assert.is(code, 0);
});

test('nothing is written into the folder', async () => {
  await build('app');
  assert.equal(readdirSync(join(folder.dir, 'app')), ['one.yaml']);
});

test('common labels and annotations are on what is built', async () => {
  folder.write({
    'app.yaml': manifest(
      kustomization('app', 'flux-system', { ...spec, commonMetadata: { labels: { team: 'blue' } } }),
    ),
  });
  assert.match((await build('app')).out, /\n {4}team: blue\n/);
  folder.write({ 'app.yaml': manifest(kustomization('app', 'flux-system', spec)) });
});

test('files that are ignored are left out', async () => {
  folder.write({
    'some/one.yaml': configMap('one'),
    'some/two.yaml': configMap('two'),
    'some/deep/three.yaml': configMap('three'),
  });
  const { out } = await build('some', '--ignore-paths', 'two.yaml,/deep');
  assert.equal(
    [...out.matchAll(/ name: (\w+)$/gm)].map(([, name]) => name),
    ['one'],
  );
});

test('values that are encrypted are masked, whatever way they are', async () => {
  const sops = { mac: 'ENC[AES256_GCM,data:x,type:str]', version: '3.9.0' };
  const file = Buffer.from('{"data":"ENC[x]","sops":{}}').toString('base64');
  const secret = (name: string, rest: object) =>
    manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...rest });
  folder.write({
    'sops/whole.yaml': secret('whole', { data: { k: 'ENC[a]' }, stringData: { t: 'ENC[b]' }, sops }),
    'sops/docker.yaml': secret('docker', {
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': 'ENC[a]' },
      sops,
    }),
    'sops/file.yaml': secret('file', { data: { token: file, plain: 'YQ==' } }),
  });
  const { out } = await build('sops');
  assert.not.match(out, 'ENC[');
  assert.not.match(out, 'sops:');
  assert.match(out, `.dockerconfigjson: ${Buffer.from('{"mask":"**SOPS**"}').toString('base64')}`);
  assert.match(out, '  k: KipTT1BTKio=\n');
  assert.match(out, "  t: '**SOPS**'\n");
  assert.match(out, '  plain: YQ==\n  token: KipTT1BTKio=\n');
});

test('nested Kustomizations are built from the folders of their sources, each once', async () => {
  const nested = kustomization('inner', 'flux-system', {
    path: './inner',
    sourceRef: { kind: 'GitRepository', name: 'repo' },
  });
  const outer = kustomization('app', 'flux-system', {
    path: './outer',
    sourceRef: { kind: 'GitRepository', name: 'repo' },
  });
  folder.write({
    'repo/outer/inner.yaml': manifest(nested),
    'repo/inner/one.yaml': configMap('inner-one') + manifest(outer),
    'repo/inner/kustomization.yaml': 'namespace: flux-system\nresources: [one.yaml]\n',
  });
  const { code, out, err } = await build(
    'repo/outer',
    '--recursive',
    '--local-sources',
    'GitRepository/apps/repo=./repo',
  );
  assert.is(err, '');
  assert.equal(
    [...out.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind),
    ['Kustomization', 'ConfigMap', 'Kustomization'],
  );
  assert.is(code, 0);
  const unknown = await build('repo/outer', '-r');
  assert.match(
    unknown.err,
    /✗ cannot get local path for GitRepository\/apps\/repo of kustomization inner \(hint: .*--local-sources/,
  );
});

test('a variable that is missing is empty, and an error in strict mode', async () => {
  folder.write({ 'missing/one.yaml': configMap('one', { a: `x-\${MISSING}` }) });
  assert.match((await build('missing')).out, '  a: x-\n');
  const { code, err } = await build('missing', '--strict-substitute');
  assert.match(err, /'ConfigMap\/apps\/one'.*variable not set \(strict mode\): "MISSING" \(hint: /);
  assert.is(code, 1);
});

test('YAML that cannot be read is named with file and line', async () => {
  folder.write({
    'broken/one.yaml': 'a: b\n  c: d\n',
    'unclosed/kustomization.yaml': 'resources: [one.yaml\n',
  });
  assert.match((await build('broken')).err, /✗ .*broken\/one\.yaml.* line 2: /);
  assert.match((await build('unclosed')).err, /✗ unclosed\/kustomization\.yaml: .*line 1/);
});

test('a Kustomization file that cannot be used is named with line, field, or what it lacks', async () => {
  const at = (file: string, name = 'app') =>
    flux(['build', 'ks', name, '--kustomization-file', file, '--dry-run', '--path', 'app'], {
      cwd: folder.dir,
    });
  folder.write({
    'bad/yaml.yaml': 'a: b\nc: [d\n',
    'bad/field.yaml': manifest({ ...kustomization('app', 'flux-system'), spec: { path: 5 } }),
  });
  assert.match(
    (await at('bad/yaml.yaml')).err,
    /failed to unmarshall kustomization file bad\/yaml\.yaml: line 3: /,
  );
  assert.match((await at('bad/field.yaml')).err, /bad\/field\.yaml: spec\.path must be string/);
  assert.match(
    (await at('app.yaml', 'other')).err,
    /failed find kustomization with name 'other' and namespace 'flux-system' in file 'app\.yaml'/,
  );
  assert.match((await at('bad')).err, /invalid kustomization file "bad"/);
  assert.match((await at('nothing.yaml')).err, /invalid kustomization file "nothing\.yaml"/);
});

test('a path that is no folder is refused, in the words of Flux', async () => {
  assert.match((await build('')).err, /✗ invalid resource path ""/);
  assert.match((await build('app/one.yaml')).err, /✗ invalid resource path "app\/one\.yaml"/);
  assert.match(
    (await flux(['build', 'ks', 'app', '--path', 'app', '--dry-run'], { cwd: folder.dir })).err,
    /dry-run mode requires a kustomization file/,
  );
  assert.match((await flux(['build', 'ks'])).err, /kustomization name is required/);
});

test('what is outside of the Git repository is not read, and the message says what is', async () => {
  const outside = folderWith({ 'secret.yaml': configMap('stolen') });
  folder.write({
    'git/.git/HEAD': '',
    'git/app/kustomization.yaml': `resources: [one.yaml, ../../../${outside.dir.split('/').at(-1)}/secret.yaml]\n`,
    'git/app/one.yaml': configMap('one'),
  });
  const { code, out, err } = await build('git/app');
  outside.remove();
  assert.is(out, '');
  assert.match(err, /hint: nothing but .*\/git is read/);
  assert.is(code, 1);
});

test('a base beside the folder is read when it is in the same Git repository', async () => {
  folder.write({
    'git/base/two.yaml': configMap('two'),
    'git/base/kustomization.yaml': 'resources: [two.yaml]\n',
    'git/overlay/kustomization.yaml': 'resources: [../base]\n',
  });
  const words = ['build', 'ks', 'app', '--kustomization-file', '../../app.yaml', '--dry-run', '--path', '.'];
  const { code, out, err } = await flux(words, { cwd: join(folder.dir, 'git/overlay') });
  assert.is(err, '');
  assert.match(out, '  name: two\n');
  assert.is(code, 0);
});

test('a folder of plugins that is not there is told of', async () => {
  const words = ['build', 'ks', 'app', '--kustomization-file', 'app.yaml', '--dry-run', '--path', 'app'];
  const { err } = await flux(words, { cwd: folder.dir, env: { FLUX_HOST_PLUGINS: 'no-such-folder' } });
  assert.match(err, /⚠️ .*no-such-folder/);
});

test.run();
