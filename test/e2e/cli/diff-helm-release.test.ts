import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FluxResult, flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeChart } from '../../helpers/chart-repository.ts';
import { temporaryFolder } from '../../helpers/git/temporary.ts';
import { createWorld, type World } from '../harness.ts';
import { chartYaml, createReleasedApp, helmRelease, type ReleasedApp } from '../helm/release.ts';

let world: World;
let app: ReleasedApp;
let dir: string;

const settings =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: {{ .Values.colour }}\n  token: {{ .Values.token | quote }}\n';
const login =
  'apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\nstringData:\n  password: {{ .Values.token | quote }}\n';
const migration = (command: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: migration\n  annotations:\n    helm.sh/hook: pre-install,pre-upgrade\ndata:\n  command: ${command}\n`;
const crd = (plural: string, field: string): string =>
  JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.previews.example.com` },
    spec: {
      group: 'previews.example.com',
      names: { kind: plural.slice(0, -1), plural, singular: plural.slice(0, -1) },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { [field]: { type: 'string' } } } },
            },
          },
        },
      ],
    },
  });

const files = {
  'templates/configmap.yaml': settings,
  'templates/login.yaml': login,
  'templates/old.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: old\n',
  'templates/kept.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept\n  annotations:\n    helm.sh/resource-policy: keep\n',
  'templates/hook.yaml': migration('first'),
  'values.yaml': 'colour: red\ntoken: ""\n',
};

test.before(async () => {
  world = await createWorld();
  dir = temporaryFolder('flux-diff-release-');
  const inRepository = Object.entries(files).map(([name, content]) => [`chart/${name}`, content] as const);
  app = await createReleasedApp(world, {
    files: {
      ...Object.fromEntries(inRepository),
      'chart/templates/settings.yaml': '',
      'chart/Chart.yaml': chartYaml('1.0.0'),
    },
    spec: { suspend: true },
  });
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'values', namespace: app.namespace },
    stringData: { 'values.yaml': 'token: secret-of-the-cluster\n' },
  });
  await world.apply(helmRelease(app.namespace, { valuesFrom: [{ kind: 'Secret', name: 'values' }] }));
  await world.ready(app.ref);
});
test.after(() => world.close());

function diff(words: readonly string[] = [], name = 'app'): Promise<FluxResult> {
  return flux(['diff', 'hr', name, '-n', app.namespace, ...words], {
    kubeconfig: world.cluster.kubeconfig,
    cwd: dir,
  });
}

/** Writes a chart. @returns its folder */
function chart(name: string, version: string, changed: Readonly<Record<string, string | null>> = {}): string {
  const all = Object.entries({ ...files, ...changed });
  const kept = all.flatMap(([path, content]) => (content === null ? [] : [[path, content] as const]));
  const folder = join(dir, name);
  writeChart(folder, { name: 'app', version, files: Object.fromEntries(kept) });
  return folder;
}

function write(name: string, content: unknown): string {
  const file = join(dir, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const place = (): string => app.namespace;

test('a release that is as it should be makes no difference', async () => {
  const { code, all } = await diff();
  assert.is(all, '');
  assert.is(code, 0);
});

test('a local chart shows what changes, what comes and what goes, hooks apart and values of Secrets masked', async () => {
  const path = chart('next', '1.1.0', {
    'templates/configmap.yaml': settings.replace('colour:', 'color:'),
    'templates/new.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new\n',
    'templates/old.yaml': null,
    'templates/kept.yaml': null,
    'templates/hook.yaml': migration('second'),
    'templates/cleanup.yaml': migration('third').replace('name: migration', 'name: cleanup'),
  });
  const { code, out, err } = await diff(['--path', path]);
  assert.is(code, 1, out + err);
  const ns = place();
  assert.is(
    out,
    `📁 HelmRelease/${ns}/app changed (upgrade from app@1.0.0 to app@1.1.0)
► ConfigMap/${ns}/settings drifted

data
- one map entry removed:   + one map entry added:
colour: red                  color: red

► ConfigMap/${ns}/new created
► ConfigMap/${ns}/old deleted
► ConfigMap/${ns}/cleanup created (hook: pre-install, pre-upgrade)
► ConfigMap/${ns}/migration drifted (hook: pre-install, pre-upgrade)

data.command
± value change
- first
+ second

`,
  );
  assert.match(err, 'identified at least one change, exiting with non-zero exit code');
  assert.not.match(out, 'secret-of-the-cluster');
  assert.equal(JSON.parse((await diff(['--path', path, '-o', 'json'])).out).summary, {
    created: 2,
    drifted: 2,
    deleted: 1,
    skipped: 0,
    failed: 0,
  });
});

test('values of files come last, and what was read of Secrets is masked wherever templates put it', async () => {
  const one = write('one.yaml', 'colour: green\ntoken: public-value\n');
  const { code, out } = await diff(['--values', one]);
  assert.is(code, 1);
  assert.match(out, `changed (upgrade of app@1.0.0: release config values changed)\n`);
  assert.match(out, '\ndata.colour\n± value change\n- red\n+ green\n');
  assert.match(out, '\ndata.token\n± value change\n- *****\n+ public-value\n');
  assert.match(out, /► Secret\/\S+\/login drifted\n\ndata\.password\n± value change\n- \*+.*\n\+ \*+/);
  const two = write('two.yaml', 'colour: red\ntoken: secret-of-the-cluster\n');
  assert.is((await diff(['--values', `${one},${two}`])).code, 0);
});

test('a local HelmRelease is compared with its values, images, patches and rules', async () => {
  const file = write(
    'release.yaml',
    helmRelease(place(), {
      valuesFrom: [{ kind: 'Secret', name: 'values' }],
      values: { colour: 'blue' },
      commonMetadata: { labels: { team: 'web' } },
      postRenderers: [
        {
          kustomize: {
            patches: [
              {
                target: { kind: 'ConfigMap', name: 'settings' },
                patch: '- op: add\n  path: /data/patched\n  value: "yes"\n',
              },
            ],
          },
        },
      ],
      driftDetection: { ignore: [{ paths: ['/data/colour'], target: { name: 'settings' } }] },
    }),
  );
  const { code, out, err } = await diff(['--helmrelease-file', file]);
  assert.is(code, 1, err);
  assert.match(
    out,
    `► ConfigMap/${place()}/settings drifted\n\ndata\n+ one map entry added:\n  patched: yes\n\nmetadata.labels\n+ one map entry added:\n  team: web\n`,
  );
  assert.not.match(out, 'blue');
});

test('what others changed in a release that needs no upgrade is shown, but for what is ignored', async () => {
  await world.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: place() },
    data: { colour: 'purple' },
  });
  const { code, out } = await diff();
  assert.is(code, 1);
  assert.is(
    out,
    `📁 HelmRelease/${place()}/app changed (no upgrade of app@1.0.0)\n► ConfigMap/${place()}/settings drifted\n\ndata.colour\n± value change\n- purple\n+ red\n\n`,
  );
  const file = write(
    'ignoring.yaml',
    helmRelease(place(), {
      valuesFrom: [{ kind: 'Secret', name: 'values' }],
      driftDetection: { mode: 'warn', ignore: [{ paths: ['/data/colour'] }] },
    }),
  );
  assert.is((await diff(['--helmrelease-file', file])).code, 0);
});

test('a new HelmRelease is shown as an install: namespace, definitions and what needs them', async () => {
  const path = chart('fresh', '1.0.0', {
    'crds/widgets.json': crd('widgets', 'size'),
    'templates/widget.yaml':
      'apiVersion: previews.example.com/v1\nkind: widget\nmetadata:\n  name: one\nspec:\n  size: big\n',
  });
  const file = write(
    'new.yaml',
    helmRelease(place(), {
      name: 'fresh',
      targetNamespace: `${place()}-target`,
      install: { createNamespace: true },
    }),
  );
  const missing = await diff(['--helmrelease-file', file, '--path', path], 'fresh');
  assert.is(missing.code, 2);
  assert.match(missing.err, /✗ failed to get HelmRelease object: .* "fresh" not found .*--ignore-not-found/);
  const { code, out, err } = await diff(
    ['--helmrelease-file', file, '--ignore-not-found', '--path', path],
    'fresh',
  );
  assert.is(code, 1, err);
  assert.equal(
    out
      .split('\n')
      .slice(0, 10)
      .filter((line) => /widget|Namespace|📁|settings/.test(line)),
    [
      `📁 HelmRelease/${place()}/fresh changed (install of app@1.0.0)`,
      `► Namespace/${place()}-target created`,
      '► CustomResourceDefinition/widgets.previews.example.com created',
      `► ConfigMap/${place()}-target/settings created`,
      `► widget/${place()}-target/one created`,
    ],
    out,
  );
  const skipping = write('skipping.yaml', helmRelease(place(), { name: 'fresh', install: { crds: 'Skip' } }));
  const skipped = await diff(['--helmrelease-file', skipping, '--ignore-not-found', '--path', path], 'fresh');
  assert.is(skipped.code, 2);
  assert.not.match(skipped.out, 'CustomResourceDefinition');
  assert.match(skipped.err, /widget\/\S+\/one .*no matches for kind "widget"/);
});

test('another name of the release is told as an uninstallation and an install', async () => {
  const file = write(
    'renamed.yaml',
    helmRelease(place(), { releaseName: 'other', valuesFrom: [{ kind: 'Secret', name: 'values' }] }),
  );
  const { code, out } = await diff(['--helmrelease-file', file]);
  assert.is(code, 1);
  assert.match(out, `changed (app@1.0.0 is installed anew: another release name)\n`);
});

test('what is wrong with a chart, its values or the command line is told, with exit code 2', async () => {
  const broken = chart('broken', '1.1.0', {
    'templates/new.yaml': '{{ fail (printf "out of order with %s" .Values.token) }}',
  });
  for (const [words, message] of [
    [['--path', broken], /app\/templates\/new\.yaml.*out of order with \*{5}/],
    [['--path', 'nowhere'], /✗ invalid path "nowhere"/],
    [['--values', 'nowhere.yaml'], /✗ invalid values "nowhere\.yaml"/],
    [['--chart-version', '2.0.0'], /✗ --chart-version has no effect on a chart of a GitRepository/],
    [['--helmrelease-file', 'nowhere'], /✗ invalid helmrelease-file "nowhere"/],
    [['--ignore-not-found'], /✗ a HelmRelease file is required/],
    [
      ['--helmrelease-file', write('bad.yaml', 'a: [')],
      /✗ failed to read the HelmRelease of \S+bad\.yaml: line 1/,
    ],
  ] as const) {
    const { code, err } = await diff(words);
    assert.match(err, message);
    assert.is(code, 2);
  }
});

test.run();
