import { type Api, connect } from '@flux-host/crds/testing/api.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCluster } from '../../test/helpers/cluster.ts';
import { components } from './components.ts';
import type { Manifest } from './manifest.ts';
import { installManifests } from './manifests.ts';

const release = { version: 'v1.2.3', image: 'flux-host' };

const plurals: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  CustomResourceDefinition: 'customresourcedefinitions',
  ResourceQuota: 'resourcequotas',
  ServiceAccount: 'serviceaccounts',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  NetworkPolicy: 'networkpolicies',
  Service: 'services',
  Deployment: 'deployments',
};

function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const space = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  return `${root}${space}/${plurals[kind]}/${metadata.name}`;
}

const cluster = await startCluster();
const test = suite<{ api: Api }>('a real API server');

test.before((context) => {
  context.api = connect(cluster.kubeconfig);
});
test.after(() => cluster.stop());

/** Whether a user may do something, as the API server sees it. */
async function may(api: Api, user: string, resourceAttributes: Record<string, string>): Promise<boolean> {
  const { body } = await api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes },
  });
  const status = body['status'];
  return typeof status === 'object' && status !== null && Reflect.get(status, 'allowed') === true;
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('takes everything in the order given, without a warning, and again', async ({ api }) => {
  const manifests = installManifests({ ...release, components });
  for (const expected of [201, 200]) {
    for (const manifest of manifests) {
      const { status, body, warnings } = await api.apply(pathOf(manifest), manifest);
      assert.is(status, expected, `${manifest.kind} ${manifest.metadata.name}: ${body['message']}`);
      assert.equal(warnings, [], `${manifest.kind} ${manifest.metadata.name}`);
    }
  }
});

test('the Deployment gets its pod', async ({ api }) => {
  await until('a pod of flux-host', async () => {
    const { body } = await api.get('/api/v1/namespaces/flux-system/pods?labelSelector=app%3Dflux-host');
    return Array.isArray(body['items']) && body['items'].length === 1;
  });
});

test('the process may do what its reconcilers do', async ({ api }) => {
  const host = 'system:serviceaccount:flux-system:flux-host';
  const source = { group: 'source.toolkit.fluxcd.io', resource: 'gitrepositories', namespace: 'apps' };
  assert.ok(await may(api, host, { ...source, verb: 'patch', subresource: 'status' }));
  assert.ok(
    await may(api, host, { group: 'plugin.extensions.fluxcd.io', resource: 'plugins', verb: 'watch' }),
  );
  assert.ok(
    await may(api, host, { group: 'apps', resource: 'deployments', namespace: 'apps', verb: 'patch' }),
  );
  const notifier = 'system:serviceaccount:flux-system:notification-controller';
  assert.not.ok(
    await may(api, notifier, { group: 'apps', resource: 'deployments', namespace: 'apps', verb: 'patch' }),
  );
});

test('an editor of a cluster may edit Kustomizations but not grant anything to a plugin', async ({ api }) => {
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'editor' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada' }],
  };
  await api.apply(pathOf(binding), binding);
  const kustomizations = {
    group: 'kustomize.toolkit.fluxcd.io',
    resource: 'kustomizations',
    namespace: 'apps',
  };
  const plugins = { group: 'plugin.extensions.fluxcd.io', resource: 'plugins' };
  await until('aggregated roles', () => may(api, 'ada', { ...kustomizations, verb: 'create' }));
  assert.ok(await may(api, 'ada', { ...plugins, verb: 'list' }));
  for (const verb of ['create', 'update', 'patch', 'delete']) {
    assert.not.ok(await may(api, 'ada', { ...plugins, verb }), verb);
  }
});

test.run();
