import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPlugin } from '@flux-host/sdk/testing';

// Built and loaded into the host's own sandbox.
const plugin = await openPlugin(new URL('plugin.ts', import.meta.url));
after(() => plugin.close());

test('the objects in the folder are counted by kind', async () => {
  const { failure, output } = await plugin.run({
    request: { args: [] },
    files: {
      'a.yaml': 'kind: Service\n---\nkind: Pod\n',
      'deep/b.yml': 'kind: Pod\n',
      'c.txt': 'kind: Pod\n',
    },
  });
  assert.equal(failure, undefined);
  assert.deepEqual(output, { stdout: '2 Pod\n1 Service\n', exitCode: 0 });
});

test('arguments that it does not know are refused', async () => {
  const { output } = await plugin.run({ request: { args: ['x'] } });
  assert.deepEqual(output, { stderr: 'my-plugin takes no arguments, and got x\n', exitCode: 1 });
});
