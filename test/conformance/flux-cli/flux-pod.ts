import { deployments } from '@flux-host/cli/cluster/resources.ts';
import { startLogKubelet } from '@flux-host/cli/testing/kubelet.ts';
import { loadObjects } from './objects.ts';
import type { World } from './world.ts';

const entry = JSON.stringify({
  level: 'info',
  ts: '2026-01-01T00:00:00.000Z',
  msg: 'stored artifact',
  controllerKind: 'GitRepository',
  name: 'podinfo',
  namespace: 'flux-system',
});

/** Runs the work while the namespace of Flux has a Deployment with a pod that has something to say. */
export async function withFluxPod<T>(world: World, work: () => Promise<T>): Promise<T> {
  const { client, dir } = world;
  const namespace = 'flux-system';
  const name = `logs-${world.newNamespace()}`;
  const kubelet = await startLogKubelet({ client, name, controlPlane: dir, log: () => [`${entry}\n`] });
  try {
    const labels = { app: name, 'app.kubernetes.io/part-of': 'flux' };
    await loadObjects(
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
      client,
    );
    await client.create(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        // The pod is made by hand, on the node whose log can be read.
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'manager', image: 'none' }] },
        },
      },
    });
    await kubelet.addPod({ name, namespace, labels: { app: name } });
    return await work();
  } finally {
    await client.delete(deployments, { namespace, name }).catch(() => {});
    await kubelet.close();
  }
}
