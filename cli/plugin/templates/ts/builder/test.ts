import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

// Built and loaded into the host's own sandbox.
const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';
const spec = { interval: '10m', prune: true };

test('the manifests of the folder are given, and no other files', async () => {
  const { failure, output } = await plugin.run({
    request: { path: 'apps', spec },
    files: { 'apps/a.yaml': manifest, 'apps/readme.md': '# apps', 'other/b.yaml': manifest },
  });
  assert.equal(failure, undefined);
  assert.deepEqual(output, { resources: manifest });
});

test('a folder that is not there is told, with the way out', async () => {
  const { failure } = await plugin.run({ request: { path: 'nowhere', spec } });
  assert.equal(failure?.message, 'nowhere is not in the artifact');
  assert.equal(failure?.terminal, true);
});
