import { readFile } from 'node:fs/promises';
import { clientFromKubeconfig } from '@flux-host/host/kube/load-client.ts';
import { startCluster } from '../../helpers/cluster.ts';
import { type App, type AppOptions, createApp } from '../app.ts';
import { type World, World as Worlds } from '../harness.ts';

/** A second cluster, which the host knows only by what Secrets and ConfigMaps say. */
export interface Remote extends World {
  /** A kubeconfig of its administrator, with other fields for the user and the cluster. */
  kubeconfigWith(user?: object, cluster?: object): Promise<string>;
}

/** Starts one; what belongs to a hub, as its Git server, is the hub's. */
export async function startRemote(hub: World): Promise<Remote> {
  const cluster = await startCluster();
  const client = await clientFromKubeconfig({ kubeconfig: cluster.kubeconfig });
  const world = new Worlds({ cluster, client, git: hub.git });
  return Object.assign(world, {
    kubeconfigWith: (user?: object, more?: object) => kubeconfigWith(cluster.kubeconfig, user, more),
    async close() {
      await client.close();
      await cluster.stop();
    },
  });
}

async function kubeconfigWith(path: string, user?: object, cluster?: object): Promise<string> {
  const config = JSON.parse(await readFile(path, 'utf8'));
  if (user) config.users[0].user = user;
  if (cluster) Object.assign(config.clusters[0].cluster, cluster);
  return JSON.stringify(config);
}

/** Puts a kubeconfig into a Secret of the hub, or another in its place; its changes are watched. */
export function storeKubeconfig(hub: World, namespace: string, kubeconfig: string): Promise<void> {
  return hub.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'remote', namespace, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } },
    stringData: { value: kubeconfig },
  });
}

export interface RemoteApp extends App {
  /** Namespace of the remote cluster that the objects go to. */
  readonly there: string;
  /** The ref of an object in that namespace. */
  remoteRef(kind: string, name: string): string;
}

let count = 0;

/** A Kustomization of the hub for a namespace of the remote cluster, with the Secret `remote`. */
export async function createRemoteApp(
  hub: World,
  remote: Remote,
  { kubeconfig, ...options }: AppOptions & { kubeconfig?: string },
): Promise<RemoteApp> {
  count += 1;
  // Without the wait for its account, which takes long after the API server was away; pods are not of interest.
  const there = `there-${process.pid}-${count}`;
  await remote.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: there } });
  const app = await createApp(hub, {
    ...options,
    spec: {
      targetNamespace: there,
      retryInterval: '1s',
      kubeConfig: { secretRef: { name: 'remote' } },
      ...options.spec,
    },
  });
  await storeKubeconfig(hub, app.namespace, kubeconfig ?? (await remote.kubeconfigWith()));
  return { ...app, there, remoteRef: (kind, name) => `${kind}/${there}/${name}` };
}

/** A token of a ServiceAccount that the world's API server gives, e.g. for a kubeconfig. */
export async function tokenOf(world: World, namespace: string, name: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { body } = await world.cluster.call(path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  });
  const answer: { status?: { token?: string } } = JSON.parse(JSON.stringify(body));
  if (!answer.status?.token) throw new Error(`no token for ${namespace}/${name}`);
  return answer.status.token;
}

/** Gives a ServiceAccount, which need not exist, the rights of a namespace's administrator. */
export function allow(
  world: World,
  namespace: string,
  account: { name: string; namespace: string },
): Promise<void> {
  return world.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: account.name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  });
}
