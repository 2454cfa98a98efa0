import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isObjectOf, problemsOf } from '@flux-host/crds/check.ts';
import { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { createBuilder } from '@flux-host/host/build/builder.ts';
import type { Builder, BuildResult } from '@flux-host/host/build/types.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import type { Plugins } from '@flux-host/host/plugins/types.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pages, root } from './sources.ts';

const page = pages().get('plugins/go.md') ?? '';
const fence = (marker: string) =>
  new RegExp(`<!-- ${marker} -->\\n\\n\`\`\`\\w*\\n([\\s\\S]*?)^\`\`\`$`, 'gm');

/** Two levels below the root, as the page says; node finds the workspaces from there. */
mkdirSync(join(root, '.build'), { recursive: true });
const dir = mkdtempSync(join(root, '.build', 'docs-example-'));
const sandbox = createSandbox();
let plugins: Plugins;
let builder: Builder;

test.before(async () => {
  for (const [, name = '', content = ''] of page.matchAll(fence('file: (\\S+)'))) {
    writeFileSync(join(dir, name), content);
  }
  const [[, script = ''] = []] = [...page.matchAll(fence('run'))];
  const { status, stderr } = spawnSync('sh', ['-e', '-c', script], {
    cwd: dir,
    encoding: 'utf8',
    env: {
      ...process.env,
      GOFLAGS: '',
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  assert.is(status, 0, stderr);
  const folder = join(dir, 'plugins');
  mkdirSync(folder);
  copyFileSync(join(dir, 'envfiles.wasm'), join(folder, 'envfiles.wasm'));
  plugins = await createPlugins({
    sandbox,
    dirs: [join(root, '.build', 'plugins'), folder],
    onError: (error) => {
      throw error;
    },
  });
  builder = createBuilder({ plugins });
});

test.after(async () => {
  await builder?.close();
  await sandbox.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The spec of the Kustomization on the page, checked against the API's schema. */
function specOnPage(): Kustomization['spec'] {
  const [[, yaml = ''] = []] = [...page.matchAll(fence('spec'))];
  const object: unknown = load(yaml);
  if (isObjectOf(Kustomization, object)) return object.spec;
  throw new Error(problemsOf(Kustomization, object).join('\n'));
}

let trees = 0;

function build(files: Readonly<Record<string, string>>): Promise<BuildResult> {
  const spec = specOnPage();
  trees += 1;
  const tree = join(dir, `tree-${trees}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), content);
  }
  return builder.build({
    plugin: spec.builder?.plugin ?? '',
    config: spec.builder?.config ?? {},
    spec,
    path: spec.path ?? '',
    tree: { dir: tree, digest: `sha256:${trees}`, release: () => {} },
    tenant: 'apps',
    remoteBases: 'refuse',
    signal: new AbortController().signal,
  });
}

test('the plugin of the page builds what the page says', async () => {
  const { objects } = await build({
    'settings/web.env': '# comment\nCOLOUR=red\nURL=https://example.com/?a=b\n',
    'settings/readme.txt': 'not this one',
    'other/api.env': 'A=1\n',
  });
  assert.equal(objects, [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings-web', namespace: 'apps' },
      data: { COLOUR: 'red', URL: 'https://example.com/?a=b' },
    },
  ]);
});

test('its failure names file, line and the way out', async () => {
  const error = await build({ 'settings/web.env': 'COLOUR=red\noops\n' }).catch((reason: unknown) => reason);
  assert.instance(error, FluxError);
  assert.match(
    error instanceof FluxError ? error.text : '',
    /^settings\/web\.env, line 2: there is no = in it \(hint: write NAME=value\)$/,
  );
});

test('the same files are not built twice', async () => {
  const files = { 'settings/web.env': 'TWICE=1\n' };
  assert.is((await build(files)).cached, false);
  assert.is((await build(files)).cached, true);
});

test('the manifest on the page is what the host reads from the module', () => {
  const found = plugins.find('builder', 'envfiles');
  assert.is(found?.manifest.name, 'envfiles');
  assert.is(found?.manifest.requests.memory, '64Mi');
});

test.run();
