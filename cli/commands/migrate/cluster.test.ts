import { listAt } from '@flux-host/host/json.ts';
import type { ApiResource, KubeObject } from '@flux-host/host/kube/types.ts';
import { startCluster } from '@flux-host/test/helpers/cluster.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { definitions } from '../../cluster/resources.ts';
import { joinCluster } from '../../testing/world.ts';

// A cluster of its own: the command changes every definition that belongs to Flux.
const cluster = await startCluster();
const world = await joinCluster(cluster.kubeconfig);
const { client } = world;

test.after(async () => {
  await world.close();
  await cluster.stop();
});

const name = 'widgets.example.toolkit.fluxcd.io';
const widget: ApiResource = {
  group: 'example.toolkit.fluxcd.io',
  version: 'v1beta1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};

function definition(stored: string, served: readonly string[] = ['v1', 'v1beta1']): KubeObject {
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  const versions = served.map((version) => ({
    name: version,
    served: true,
    storage: version === stored,
    schema,
  }));
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, labels: { 'app.kubernetes.io/part-of': 'flux' } },
    spec: {
      group: widget.group,
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
      versions,
    },
  };
}

async function storedVersions(): Promise<readonly unknown[]> {
  const found = await client.get<KubeObject>(definitions, { namespace: '', name });
  return listAt(found, 'status', 'storedVersions');
}

test('objects that are stored in an old version are stored anew, and the definition says so', async () => {
  const namespace = await cluster.namespace();
  await client.apply(definitions, definition('v1beta1'), { fieldManager: 'test' });
  for (let tries = 0; ; tries += 1) {
    try {
      await client.create(
        widget,
        {
          apiVersion: 'example.toolkit.fluxcd.io/v1beta1',
          kind: 'Widget',
          metadata: { name: 'a', namespace },
          spec: { size: 1 },
        },
        { fieldManager: 'maker' },
      );
      break;
    } catch (error) {
      if (tries > 50) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  await client.apply(definitions, definition('v1'), { fieldManager: 'test' });
  assert.equal(await storedVersions(), ['v1beta1', 'v1']);

  const { code, err } = await world.flux('migrate');
  assert.is(code, 0, err);
  assert.match(err, `✔ Widget/${namespace}/a migrated to version v1\n`);
  assert.match(err, `✔ ${name} migrated to storage version v1\n`);
  assert.match(err, /✔ custom resources migrated successfully\n$/);
  assert.equal(await storedVersions(), ['v1']);
  const { metadata } = await client.get<KubeObject>({ ...widget, version: 'v1' }, { namespace, name: 'a' });
  assert.equal(
    metadata.managedFields?.map(({ apiVersion }) => apiVersion),
    ['example.toolkit.fluxcd.io/v1'],
  );

  // The old version can go now.
  await client.apply(definitions, definition('v1', ['v1']), { fieldManager: 'test' });
  const again = await world.flux('migrate');
  assert.is(again.code, 0, again.err);
  assert.not.match(again.err, 'storage version');
});

test.run();
