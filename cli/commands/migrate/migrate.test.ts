import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FluxOptions, flux } from '../../testing/flux.ts';

const test = suite<{ dir: string }>('manifests');

test.before.each((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'flux-migrate-'));
});
test.after.each(({ dir }) => rmSync(dir, { recursive: true }));

const run = (line: string, dir: string, options: FluxOptions = {}) =>
  flux(['migrate', ...line.split(' ')], { cwd: dir, ...options });

const before = `# apiVersion and kind, with comments
apiVersion: "source.toolkit.fluxcd.io/v1beta2" # why: v1beta2
kind: GitRepository   # a repository
metadata: {name: a}
---
kind: HelmRelease
apiVersion: helm.toolkit.fluxcd.io/v2beta1
spec:
  dependsOn:
    - apiVersion: kustomize.toolkit.fluxcd.io/v1beta2
      kind: Kustomization
    - kind: Bucket
      apiVersion: source.toolkit.fluxcd.io/v1beta1
    - apiVersion: v1
    - kind: ImagePolicy
---
apiVersion: apps/v1beta1
kind: Deployment
---
apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImagePolicy\r
`;

const after = before
  .replace('fluxcd.io/v1beta2" #', 'fluxcd.io/v1" #')
  .replace('v2beta1', 'v2')
  .replace('kustomize.toolkit.fluxcd.io/v1beta2', 'kustomize.toolkit.fluxcd.io/v1')
  .replace('source.toolkit.fluxcd.io/v1beta1', 'source.toolkit.fluxcd.io/v1')
  .replace('image.toolkit.fluxcd.io/v1beta2', 'image.toolkit.fluxcd.io/v1');

test('only the versions of Flux’s kinds change; comments, quotes and order stay', async ({ dir }) => {
  const file = join(dir, 'app.yaml');
  writeFileSync(file, before);
  chmodSync(file, 0o600);
  const { code, err } = await run('-f app.yaml --yes', dir);
  assert.is(code, 0);
  assert.is(
    err,
    `► starting migration of custom resources
✚ app.yaml:2: GitRepository v1beta2 -> v1
✚ app.yaml:7: HelmRelease v2beta1 -> v2
✚ app.yaml:10: Kustomization v1beta2 -> v1
✚ app.yaml:13: Bucket v1beta1 -> v1
✚ app.yaml:20: ImagePolicy v1beta2 -> v1
✔ file app.yaml migrated successfully
✔ custom resources migrated successfully
`,
  );
  assert.is(readFileSync(file, 'utf8'), after);
  assert.is(statSync(file).mode & 0o777, 0o600);
});

test('bytes that are no text come through unchanged', async ({ dir }) => {
  const odd = Buffer.concat([
    Buffer.from('# \xff\xfe caf\xe9\n', 'latin1'),
    Buffer.from('apiVersion: helm.toolkit.fluxcd.io/v2beta2\nkind: HelmRelease # ünïcode\n'),
  ]);
  writeFileSync(join(dir, 'a.yaml'), odd);
  await run('-f a.yaml --yes', dir);
  const wanted = Buffer.from(odd.toString('latin1').replace('v2beta2', 'v2'), 'latin1');
  assert.ok(wanted.equals(readFileSync(join(dir, 'a.yaml'))));
});

test('a folder is searched for the extensions, without following links', async ({ dir }) => {
  mkdirSync(join(dir, 'deep'));
  const old = 'apiVersion: helm.toolkit.fluxcd.io/v2beta2\nkind: HelmRelease\n';
  for (const name of ['b.yaml', 'deep/a.yml', 'deep/chart.tpl', 'notes.txt'])
    writeFileSync(join(dir, name), old);
  symlinkSync('b.yaml', join(dir, 'link.yaml'));
  const { err } = await run('-f . --yes', dir);
  assert.match(err, '⚠️ skipping irregular file link.yaml\n');
  assert.equal(
    [...err.matchAll(/✔ file (\S+)/g)].map(([, name]) => name),
    ['b.yaml', 'deep/a.yml'],
  );
  const templates = await run('-f . -e .tpl --yes', dir);
  assert.match(templates.err, '✔ file deep/chart.tpl migrated');
  assert.is(readFileSync(join(dir, 'notes.txt'), 'utf8'), old);
});

test('nothing is written without a yes, or in a dry run', async ({ dir }) => {
  const file = join(dir, 'app.yaml');
  writeFileSync(file, before);
  const refused = await run('-f app.yaml', dir, { input: 'n\n' });
  assert.is(refused.code, 1);
  assert.match(
    refused.err,
    /\? Are you sure you want to proceed with the above upgrades\? \[y\/N\] ✗ aborting\n$/,
  );
  const dry = await run('-f app.yaml --dry-run', dir);
  assert.is(dry.code, 0);
  assert.match(dry.err, /✚ app\.yaml:2[\s\S]*✔ dry-run mode enabled, no changes will be made\n$/);
  assert.is(readFileSync(file, 'utf8'), before);
  assert.is((await run('-f app.yaml', dir, { input: 'y\n' })).code, 0);
  assert.is(readFileSync(file, 'utf8'), after);
  assert.match((await run('-f app.yaml', dir)).err, '✔ no custom resources found that require migration\n');
});

test('an older Flux has older versions', async ({ dir }) => {
  writeFileSync(join(dir, 'a.yaml'), 'apiVersion: image.toolkit.fluxcd.io/v1beta1\nkind: ImagePolicy\n');
  assert.match((await run('-f a.yaml --version=2.6 --dry-run', dir)).err, 'ImagePolicy v1beta1 -> v1beta2\n');
  assert.match((await run('-f a.yaml --version=2.8 --dry-run', dir)).err, 'ImagePolicy v1beta1 -> v1\n');
  const unknown = await run('-f a.yaml --version=1.9', dir);
  assert.is(unknown.code, 1);
  assert.match(unknown.err, 'version 1.9 is not supported, supported versions are: 2.9, 2.8, 2.7, 2.6');
});

test('mistakes are told before anything is done', async ({ dir }) => {
  writeFileSync(join(dir, 'a.json'), '{}');
  symlinkSync('a.json', join(dir, 'a.yaml'));
  for (const [line, message] of [
    ['-f nowhere', 'failed to stat path nowhere'],
    ['-f a.json', 'file a.json does not match the specified extensions: .yaml, .yml'],
    ['-f a.yaml', 'file a.yaml is irregular'],
    ['--dry-run', '--dry-run is only applicable with --path'],
    ['. --yes', 'unknown command "." for "flux migrate"'],
  ] as const) {
    const { code, err } = await run(line, dir);
    assert.is(code, 1, line);
    assert.ok(err.includes(message), err);
  }
});

test.run();
