import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rejectionOf } from '@flux-host/host/errors/testing.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { checkConformance } from '@flux-host/sdk/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/paths.ts';
import { startHelm } from '../helpers/helm.ts';
import { openHelmPlugin } from './plugin.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-host-package-'));
const sandbox = createSandbox({ log: () => {} });
const plugin = await sandbox.load(readFileSync(join(root, '.build/plugins/helm.wasm')));
const helm = await startHelm();
test.after(async () => {
  await Promise.all([sandbox.close(), helm.close()]);
  rmSync(dir, { recursive: true });
});

let count = 0;
/** A new folder with these files. */
function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  count += 1;
  const path = join(dir, String(count));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

interface Packaged {
  readonly name?: string;
  readonly version?: string;
  readonly file?: string;
  readonly valuesFiles?: readonly string[];
  readonly resolved?: number;
  readonly dependencies?: readonly { readonly name: string }[];
}

async function pack(at: string, request: object, mounts: Readonly<Record<string, string>> = {}) {
  const out = folder();
  const { output } = await sandbox.call<Packaged>({
    plugin,
    export: 'package',
    input: request,
    tenant: 'test',
    mounts: { '/in': at, ...mounts },
    out,
  });
  return { ...output, archive: output.file === undefined ? '' : join(out, output.file) };
}

const chart = {
  'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: "4.5"\n',
  'charts/app/values.yaml': '# how red\ncolour: red\nsize: {width: 1, height: 2}\n',
  'charts/app/.helmignore': '*.bak\n',
  'charts/app/old.bak': 'no',
  'charts/app/README.md': 'Read me\n',
  'charts/app/templates/a.yaml':
    'kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {c: {{ .Values.colour }}, w: "{{ .Values.size.width }}{{ .Values.size.height }}"}\n',
  'charts/app/charts/zeta/Chart.yaml': 'apiVersion: v2\nname: zeta\nversion: 1.0.0\n',
  'charts/app/charts/alpha/Chart.yaml': 'apiVersion: v2\nname: alpha\nversion: 1.0.0\n',
  'values/prod.yaml': 'colour: blue\nsize: {height: 3}\n',
};

test('the plugin keeps to the contract of its kind', async () => {
  const open = await openHelmPlugin();
  try {
    const outcomes = await checkConformance(open);
    assert.equal(
      outcomes.filter(({ result }) => result !== 'passed'),
      [],
    );
    assert.ok(outcomes.length > 8, String(outcomes.length));
  } finally {
    await open.close();
  }
});

test('an archive is what helm takes for a chart, without what is ignored', async () => {
  const { archive, version, file } = await pack(folder(chart), { chart: 'charts/app' });
  assert.equal([version, file], ['1.2.3', 'app-1.2.3.tgz']);
  assert.match(await helm.run(['show', 'chart', archive]), /name: app\n/);
  assert.match(await helm.run(['template', 'x', archive]), /c: red/);
  assert.match(await helm.run(['show', 'readme', archive]), 'Read me');
  assert.match(await helm.run(['show', 'values', archive]), '# how red');
  await helm.run(['pull', archive, '--untar', '--untardir', folder()]).catch(() => {});
  assert.not.match(readFileSync(archive).toString('latin1'), 'old.bak');
});

test('the same chart gives the same bytes, whenever and in whichever instance', async () => {
  const digests = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    const { archive } = await pack(folder(chart), { chart: 'charts/app' });
    digests.add(createHash('sha256').update(readFileSync(archive)).digest('hex'));
  }
  assert.is(digests.size, 1);
});

test('values files take the place of the defaults, in their order', async () => {
  const files = ['charts/app/values.yaml', 'values/prod.yaml'];
  const { archive, valuesFiles } = await pack(folder(chart), {
    chart: 'charts/app',
    valuesFiles: { from: 'source', files },
  });
  assert.equal(valuesFiles, files);
  assert.is(await helm.run(['show', 'values', archive]), 'colour: blue\nsize:\n  height: 3\n  width: 1\n\n');
  assert.match(await helm.run(['template', 'x', archive]), /c: blue, w: "13"/);
});

test('values files of a packaged chart are files of the chart', async () => {
  const more = { ...chart, 'charts/app/values-dev.yaml': 'colour: green\n' };
  const { archive: first } = await pack(folder(more), { chart: 'charts/app' });
  const at = folder({ 'app.tgz': readFileSync(first) });
  const second = await pack(at, {
    chart: 'app.tgz',
    valuesFiles: { from: 'chart', files: ['values.yaml', 'values-dev.yaml'] },
  });
  assert.match(await helm.run(['show', 'values', second.archive]), 'colour: green');
  const same = await pack(at, { chart: 'app.tgz', valuesFiles: { from: 'chart', files: ['values.yaml'] } });
  assert.equal([same.file, same.name, same.version], [undefined, 'app', '1.2.3']);
});

test('a missing values file is named, or left out where that is wished', async () => {
  const valuesFiles = { from: 'source', files: ['values/prod.yaml', 'values/gone.yaml'] };
  const failure = await rejectionOf(pack(folder(chart), { chart: 'charts/app', valuesFiles }));
  assert.equal(
    [failure.reason, failure.message, failure.terminal],
    ['ValuesFilesError', "no values file found at path 'values/gone.yaml'", true],
  );
  const made = await pack(folder(chart), {
    chart: 'charts/app',
    valuesFiles: { ...valuesFiles, ignoreMissing: true },
  });
  assert.equal(made.valuesFiles, ['values/prod.yaml']);
});

test('a version can tell the revision', async () => {
  const made = await pack(folder(chart), { chart: 'charts/app', versionMetadata: 'abc123' });
  assert.is(made.version, '1.2.3+abc123');
  assert.match(await helm.run(['show', 'chart', made.archive]), 'version: 1.2.3+abc123');
  const odd = { ...chart, 'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.2.3\n' };
  const failure = await rejectionOf(pack(folder(odd), { chart: 'charts/app', versionMetadata: 'a b' }));
  assert.is(failure.reason, 'MetadataPatchError');
});

const parent = {
  'apps/web/Chart.yaml':
    'apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n' +
    '  - {name: common, version: 1.x.x, repository: "file://../../lib/common"}\n' +
    '  - {name: db, version: ^1.0.0, repository: "https://charts.example.com"}\n',
  'apps/web/values.yaml': '{}\n',
  'lib/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 1.4.0\n',
  'lib/common/templates/c.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ .Chart.Name }}}\n',
};

test('what a chart needs is asked for, then packaged with it; what is in the source is found there', async () => {
  const at = folder(parent);
  const { dependencies } = await pack(at, { chart: 'apps/web' });
  assert.equal(dependencies, [{ name: 'db', version: '^1.0.0', repository: 'https://charts.example.com' }]);
  const db = folder({
    'db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.5\n',
    'db/templates/d.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ .Chart.Name }}}\n',
  });
  const made = await pack(
    at,
    { chart: 'apps/web', dependencies: { db: '/dependencies/0/db' } },
    { '/dependencies/0': db },
  );
  assert.is(made.resolved, 2);
  const rendered = await helm.run(['template', 'x', made.archive]);
  assert.match(rendered, 'name: common');
  assert.match(rendered, 'name: db');
});

test('no dependency leads out of the source, and what does not fit is said', async () => {
  const chartWith = (dependency: string) => ({
    ...parent,
    'apps/web/Chart.yaml': `apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n  - ${dependency}\n`,
  });
  const out = await rejectionOf(
    pack(folder(chartWith('{name: x, version: "*", repository: "file://../../../../../etc"}')), {
      chart: 'apps/web',
    }),
  );
  assert.is(out.reason, 'DependencyBuildError');
  assert.match(out.message, /failed to add local dependency 'x': no chart found at/);
  const old = await rejectionOf(
    pack(folder(chartWith('{name: common, version: "^2", repository: "file://../../lib/common"}')), {
      chart: 'apps/web',
    }),
  );
  assert.match(old.message, "can't get a valid version for constraint '^2'");
});

const bad: readonly (readonly [string, Readonly<Record<string, string>>, string, RegExp])[] = [
  [
    'a folder without Chart.yaml',
    { 'app/values.yaml': '' },
    'InvalidChartReference',
    /no chart at 'app': it has no Chart.yaml/,
  ],
  [
    'a Chart.yaml that is none',
    { 'app/Chart.yaml': 'a: [' },
    'InvalidChartReference',
    /cannot load 'Chart.yaml'.*yaml: line 1/,
  ],
  [
    'a chart without a name',
    { 'app/Chart.yaml': 'version: 1.0.0\n' },
    'InvalidChartReference',
    /chart.metadata.name is required/,
  ],
  [
    'values that are no YAML',
    { 'app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n', 'app/values.yaml': 'a: [' },
    'ChartPackageError',
    /cannot load values.yaml/,
  ],
  [
    'an archive that is none',
    { app: 'nothing' },
    'InvalidChartReference',
    /does not appear to be a gzipped archive/,
  ],
];
for (const [what, files, reason, message] of bad) {
  test(`${what} is told as such`, async () => {
    const failure = await rejectionOf(pack(folder(files), { chart: 'app' }));
    assert.is(failure.reason, reason);
    assert.match(failure.message, message);
    assert.not.match(failure.message, '/in/');
  });
}

test.run();
