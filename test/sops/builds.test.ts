import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBuilder } from '@flux-host/host/build/builder.ts';
import type { Builder, BuildRequest } from '@flux-host/host/build/types.ts';
import { rejectionOf } from '@flux-host/host/errors/testing.ts';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { Decryption } from '@flux-host/host/sops/types.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openWorkbench, type Workbench } from '../conformance/assets/sops/workbench.ts';
import { ageKey, type Sops } from '../helpers/sops.ts';

const key = ageKey();
const sandbox = createSandbox({ slots: 1 });
let bench: Workbench;
let sops: Sops;
let plugins: Awaited<ReturnType<typeof createPlugins>>;
let builder: Builder;
let unwrapped = 0;

test.before(async () => {
  bench = await openWorkbench();
  sops = await bench.sops();
  plugins = await createPlugins({
    sandbox,
    dirs: [join(import.meta.dirname, '../../.build/plugins')],
    onError: (error) => {
      throw error;
    },
  });
});
test.before.each(() => {
  builder = createBuilder({ plugins });
  unwrapped = 0;
});
test.after.each(() => builder.close());
test.after(async () => {
  plugins.close();
  await sandbox.close();
  await bench.close();
});

const decryption = (id: string): Decryption => ({
  id,
  dataKey(wrapped) {
    unwrapped += 1;
    return bench.dataKey(wrapped, { 'a.agekey': key.identity });
  },
});

const secret = (name: string, value: string) =>
  sops.encrypt(
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n  password: ${value}\n`,
    'yaml',
    [...['--age', key.recipient], ...['--encrypted-regex', '^stringData$']],
  );

let trees = 0;
function tree(files: Readonly<Record<string, string>>, from?: BuildRequest['tree']): BuildRequest['tree'] {
  const dir = bench.folder();
  if (from) cpSync(from.dir, dir, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  trees += 1;
  return { dir, digest: `sha256:${trees}`, release: () => {} };
}

const build = (from: BuildRequest['tree'], more: Partial<BuildRequest> = {}) =>
  builder.build({
    plugin: 'kustomize',
    tree: from,
    path: 'apps',
    spec: {},
    tenant: 'team',
    remoteBases: 'refuse',
    signal: new AbortController().signal,
    decryption: decryption('one'),
    ...more,
  });

test('what was decrypted with one Secret is kept for it, and for no other', async () => {
  const files = tree({ 'apps/a.yaml': await secret('a', 's3cret') });
  assert.is((await build(files)).cached, false);
  const again = await build(tree({ 'README.md': 'new' }, files));
  assert.equal([again.cached, again.secrets, unwrapped], [true, ['s3cret'], 1]);
  assert.is((await build(files, { decryption: decryption('two') })).cached, false);
  assert.is((await build(files, { tenant: 'others' })).cached, false);
  assert.is(unwrapped, 3);
});

test('a change of an encrypted generator file is seen', async () => {
  const encrypted = (text: string) => sops.encrypt(text, 'binary', ['--age', key.recipient]);
  const kustomization = 'secretGenerator:\n- {name: s, files: [f.txt]}\n';
  const files = tree({ 'apps/kustomization.yaml': kustomization, 'apps/f.txt': await encrypted('one') });
  const [before] = (await build(files)).objects;
  const [after] = (await build(tree({ 'apps/f.txt': await encrypted('two') }, files))).objects;
  assert.not.equal(before?.metadata.name, after?.metadata.name, 'the hash is that of the plain text');
  const [same] = (await build(tree({ 'apps/f.txt': await encrypted('one') }, files))).objects;
  assert.is(same?.metadata.name, before?.metadata.name, 'encrypted anew it is the same');
});

test('without a kustomization, those in folders below are looked at, and components of the spec', async () => {
  const env = (text: string) => sops.encrypt(text, 'dotenv', ['--age', key.recipient]);
  const generator = (name: string) =>
    `secretGenerator:\n- {name: ${name}, envs: [a.env]}\ngeneratorOptions: {disableNameSuffixHash: true}\n`;
  const files = tree({
    'apps/plain.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
    'apps/deep/er/kustomization.yaml': generator('deep'),
    'apps/deep/er/a.env': await env('A=deep\n'),
    'more/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${generator('component')}`,
    'more/a.env': await env('A=component\n'),
  });
  const { objects } = await build(files, { spec: { components: ['../more'] } });
  const values = objects.map((object) => [object.metadata.name, 'data' in object ? object.data : undefined]);
  const base64 = (text: string) => ({ A: Buffer.from(text).toString('base64') });
  assert.equal(Object.fromEntries(values), {
    plain: undefined,
    deep: base64('deep'),
    component: base64('component'),
  });
});

const variable = '$' + '{user}';

test('variables are put into decrypted values, and a fault in one is told without it', async () => {
  const files = tree({ 'apps/a.yaml': await secret('a', `'${variable}-pass'`) });
  const [object] = (await build(files, { variables: { user: 'ada' } })).objects;
  assert.equal(object && 'stringData' in object ? object.stringData : undefined, { password: 'ada-pass' });
  const broken = tree({ 'apps/a.yaml': await secret('a', `'canary-value-${variable.slice(0, -1)}'`) });
  const { message } = await rejectionOf(build(broken, { variables: { user: 'ada' } }));
  assert.not.match(message, 'canary-value');
});

test('the annotation keeps a resource encrypted', async () => {
  const yaml = (await secret('a', 'x')).replace(
    'name: a',
    'name: a\n    annotations: {kustomize.toolkit.fluxcd.io/decrypt: Disabled}',
  );
  const [object] = (await build(tree({ 'apps/a.yaml': yaml }))).objects;
  assert.ok(object && 'sops' in object);
  assert.is(unwrapped, 0);
});

test('each document of an encrypted stream is decrypted, checked by the one MAC of the file', async () => {
  const two = ['a', 'b'].map(
    (name) => `apiVersion: v1\nkind: Secret\nmetadata:\n    name: ${name}\nstringData:\n    k: ${name}\n`,
  );
  const yaml = await sops.encrypt(two.join('---\n'), 'yaml', [
    '--age',
    key.recipient,
    '--encrypted-regex',
    '^stringData$',
  ]);
  const { objects } = await build(tree({ 'apps/all.yaml': yaml }), { spec: { targetNamespace: 'apps' } });
  assert.equal(
    objects.map((object) => ('stringData' in object ? object.stringData : undefined)),
    [{ k: 'a' }, { k: 'b' }],
  );
  const [, second = ''] = yaml.split('\n---\n');
  const { code } = await rejectionOf(build(tree({ 'apps/all.yaml': second })));
  assert.is(code, 'FLUX_E_SOPS_MAC', 'the first document was taken out');
});

test('a file that is larger than 5 MiB, and one that is no file, are refused', async () => {
  const kustomization = (file: string) => `secretGenerator:\n- {name: s, files: [${file}]}\n`;
  const large = tree({
    'apps/kustomization.yaml': kustomization('f'),
    'apps/f': 'x'.repeat(5 * 2 ** 20 + 1),
  });
  assert.match(
    (await rejectionOf(build(large))).message,
    /apps\/f: cannot decrypt file with size \(5242881 bytes\)/,
  );
  const missing = tree({ 'apps/kustomization.yaml': kustomization('nope') });
  assert.match((await rejectionOf(build(missing))).message, /lstat apps\/nope: no such file/);
});

test.run();
