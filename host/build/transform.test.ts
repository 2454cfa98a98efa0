import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPlugin } from '@flux-host/sdk/typescript/build';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlugins } from '../plugins/plugins.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import { createBuilder } from './builder.ts';
import type { Builder, BuildRequest } from './types.ts';

const transforms = suite('fields of a Kustomization, for other builders');
const root = mkdtempSync(join(tmpdir(), 'transform-'));
const sandbox = createSandbox({ slots: 1 });
let builder: Builder;

/** Gives a Deployment that says what the builder was told, and nothing for an empty path. */
const source = `import { defineBuilder } from '@flux-host/sdk/typescript';
export default defineBuilder({
  name: 'told', version: '1.0.0', description: 'x',
  build: ({ path, spec }) => ({ resources: path === '' ? '# nothing\\n---\\n' : JSON.stringify({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', annotations: { told: Object.keys(spec).join() } },
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] } } },
  }) }),
});
`;

transforms.before(async () => {
  writeFileSync(join(root, 'plugin.ts'), source);
  await buildPlugin({ entry: join(root, 'plugin.ts'), out: join(root, 'plugins', 'told.wasm') });
  const plugins = await createPlugins({
    sandbox,
    dirs: [join(import.meta.dirname, '../../.build/plugins'), join(root, 'plugins')],
    onError: (error) => {
      throw error;
    },
  });
  builder = createBuilder({ plugins });
});
transforms.after(async () => {
  await builder.close();
  await sandbox.close();
  rmSync(root, { recursive: true });
});

function build(spec: object, path = './apps') {
  const request: BuildRequest = {
    plugin: 'told',
    tree: { dir: root, digest: 'sha256:1', release: () => {} },
    path,
    spec,
    tenant: 'apps',
    remoteBases: 'refuse',
    signal: new AbortController().signal,
  };
  return builder.build(request);
}

transforms('namespace, names, images and patches of the spec are those of the objects', async () => {
  const { objects } = await build({
    targetNamespace: 'shop',
    namePrefix: 'a-',
    nameSuffix: '-z',
    images: [{ name: 'example.com/web', newTag: '2' }],
    patches: [
      { patch: '[{"op":"replace","path":"/spec/replicas","value":5}]', target: { kind: 'Deployment' } },
    ],
  });
  assert.is(objects.length, 1);
  const [object] = objects;
  assert.is(object?.metadata.namespace, 'shop');
  assert.is(object?.metadata.name, 'a-web-z');
  assert.match(JSON.stringify(object), '"image":"example.com/web:2"');
  assert.match(JSON.stringify(object), '"replicas":5');
});

transforms('what the host does is not asked of the builder, too', async () => {
  const { objects } = await build({ path: './apps', targetNamespace: 'shop', namePrefix: 'b-', patches: [] });
  assert.is(objects[0]?.metadata.annotations?.['told'], 'path,targetNamespace');
});

transforms('a change of such a field alone is a new build, and the same spec is not', async () => {
  assert.is((await build({ namePrefix: 'c-' })).cached, false);
  assert.is((await build({ namePrefix: 'd-' })).objects[0]?.metadata.name, 'd-web');
  assert.is((await build({ namePrefix: 'd-' })).cached, true);
});

transforms('a builder that has nothing to give is no failure', async () => {
  assert.equal((await build({ targetNamespace: 'shop' }, './')).objects, []);
});

transforms('a patch that fits nothing is told', async () => {
  const error = await build({ patches: [{ patch: 'kind: Nothing' }] }).catch((reason: unknown) => reason);
  assert.match(String(error), /patch/i);
});

transforms.run();
