import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestCluster } from './cluster.ts';

const group = 'rbac.authorization.k8s.io';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * Gives a user rights in a namespace, or in all with `namespace` left out, and waits until the API server knows of them: it hears of Roles by
 * watching itself, which takes a moment when it is busy.
 */
export async function giveRights(
  { call }: Pick<TestCluster, 'call'>,
  { user, namespace, rules }: { user: string; namespace?: string; rules: readonly [Rule, ...Rule[]] },
): Promise<void> {
  const name = `rights-${randomBytes(4).toString('hex')}`;
  const [kind, base] = namespace
    ? (['Role', `/apis/${group}/v1/namespaces/${namespace}/role`] as const)
    : (['ClusterRole', `/apis/${group}/v1/clusterrole`] as const);
  const make = async (path: string, object: object) => {
    const { status, body } = await call(path, { apiVersion: `${group}/v1`, metadata: { name }, ...object });
    if (status !== 201) throw new Error(`cannot make ${path}: ${JSON.stringify(body)}`);
  };
  await make(`${base}s`, { kind, rules });
  await make(`${base}bindings`, {
    kind: `${kind}Binding`,
    roleRef: { apiGroup: group, kind, name },
    subjects: [{ kind: 'User', name: user, apiGroup: group }],
  });
  const [rule] = rules;
  const attributes = {
    group: rule.apiGroups[0],
    resource: rule.resources[0],
    verb: rule.verbs[0],
    namespace,
  };
  for (let attempt = 0; !(await isAllowed(call, user, attributes)); attempt += 1) {
    if (attempt > 300) throw new Error(`the API server does not know the rights of ${user}`);
    await sleep(50);
  }
}

async function isAllowed(
  call: TestCluster['call'],
  user: string,
  resourceAttributes: object,
): Promise<boolean> {
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' };
  const { body } = await call('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    ...review,
    spec: { user, resourceAttributes },
  });
  return JSON.stringify(body).includes('"allowed":true');
}
