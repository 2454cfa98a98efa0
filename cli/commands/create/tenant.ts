import { semanticEqual } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { keyOf } from '@flux-host/host/kube/object.ts';
import type { ApiResource, KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { namespaces, roleBindings, serviceAccounts } from '../../cluster/resources.ts';
import { usageError } from '../../command/errors.ts';
import type { Command, FlagValues, Invocation } from '../../command/types.ts';
import { yamlDocument } from '../../output/document.ts';
import { preview } from '../texts.ts';
import { labelsFrom, nameToCreate } from './common.ts';
import { fieldManager } from './upsert.ts';

const tenantLabel = 'toolkit.fluxcd.io/tenant';
const rbac = 'rbac.authorization.k8s.io';

/** What a tenant gets in one of its namespaces. */
interface Share {
  readonly namespace: KubeObject;
  readonly account: KubeObject;
  readonly binding: KubeObject;
}

function checkName(what: string, name: string): void {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return;
  throw usageError(
    `invalid ${what} '${name}': name part must consist of alphanumeric characters or '-', and must start and end with an alphanumeric character`,
  );
}

function sharesFrom(tenant: string, flags: FlagValues): Share[] {
  const role = flags.text('cluster-role');
  if (!role) throw usageError('cluster-role is required');
  const names = [...new Set(flags.list('with-namespace'))];
  if (names.length === 0) throw usageError('with-namespace is required');
  const account = flags.text('with-service-account') || tenant;
  checkName('service-account name', account);
  const labels = { ...labelsFrom(flags).labels, [tenantLabel]: tenant };
  return names.map((namespace) => {
    checkName('namespace', namespace);
    return {
      namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
      account: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace, labels } },
      binding: {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name: `${tenant}-reconciler`, namespace, labels },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
        subjects: [
          { apiGroup: rbac, kind: 'User', name: `gotk:${namespace}:reconciler` },
          { kind: 'ServiceAccount', name: account, namespace },
        ],
      },
    };
  });
}

async function applyShare({ namespace, account, binding }: Share, invocation: Invocation): Promise<void> {
  const { flags, log, signal } = invocation;
  const { client } = await invocation.cluster();
  if (!flags.is('skip-namespace')) {
    log.action(`applying namespace ${namespace.metadata.name}`);
    await createOrLabel(namespaces, namespace, { client, signal });
  }
  log.action(`applying service account ${account.metadata.name}`);
  await createOrLabel(serviceAccounts, account, { client, signal });
  log.action(`applying role binding ${binding.metadata.name}`);
  await createOrReplaceBinding(binding, { client, signal });
}

interface Access {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
}

async function createOrLabel(
  resource: ApiResource,
  object: KubeObject,
  { client, signal }: Access,
): Promise<void> {
  const { labels } = object.metadata;
  try {
    await client.patch(
      resource,
      keyOf(object),
      { metadata: { labels } },
      { type: 'merge', fieldManager, signal },
    );
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
    await client.create(resource, object, { fieldManager, signal });
  }
}

/** The role of a binding cannot be changed, so that a binding to another one is made anew. */
async function createOrReplaceBinding(binding: KubeObject, { client, signal }: Access): Promise<void> {
  const key = keyOf(binding);
  const existing = await client.get<KubeObject>(roleBindings, key, { signal }).catch((error: unknown) => {
    if (isKube(error, 'notFound')) return undefined;
    throw error;
  });
  if (!existing) {
    await client.create(roleBindings, binding, { fieldManager, signal });
  } else if (semanticEqual(existing['roleRef'], binding['roleRef'])) {
    const { metadata, subjects } = binding;
    const patch = { metadata: { labels: metadata.labels }, subjects };
    await client.patch(roleBindings, key, patch, { type: 'merge', fieldManager, signal });
  } else {
    await client.delete(roleBindings, key, { signal });
    await client.create(roleBindings, binding, { fieldManager, signal });
  }
}

/** `flux create tenant` */
export const createTenant: Command = {
  name: 'tenant',
  usage: '[name]',
  short: 'Create or update a tenant',
  long: preview(`The create tenant command generates namespaces, service accounts and role bindings to limit the
reconcilers scope to the tenant namespaces.`),
  example: `  # Create a tenant with access to a namespace
  flux create tenant dev-team \\
    --with-namespace=frontend \\
    --label=environment=dev

  # Generate tenant namespaces and role bindings in YAML format
  flux create tenant dev-team \\
    --with-namespace=frontend \\
    --with-namespace=backend \\
    --export > dev-team.yaml`,
  flags: {
    'with-namespace': { type: 'list', about: 'namespace belonging to this tenant' },
    'cluster-role': {
      type: 'string',
      default: 'cluster-admin',
      about: 'cluster role of the tenant role binding',
    },
    'with-service-account': { type: 'string', about: 'service account belonging to this tenant' },
    'skip-namespace': {
      type: 'bool',
      about: 'skip namespace creation (namespace must exist already)',
    },
  },
  async run(invocation) {
    const { flags, io, log } = invocation;
    const shares = sharesFrom(nameToCreate(invocation), flags);
    if (flags.is('export')) {
      for (const { namespace, account, binding } of shares) {
        const objects = [...(flags.is('skip-namespace') ? [] : [namespace]), account, binding];
        io.out(objects.map(yamlDocument).join(''));
      }
      return;
    }
    for (const share of shares) await applyShare(share, invocation);
    log.success('tenant setup completed');
  },
};
