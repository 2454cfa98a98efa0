import type { KubeClient, NamespacedName } from '../../kube/types.ts';
import { badAnnotation } from '../errors.ts';
import { annotationsOf, serviceAccountToken } from '../service-account.ts';

/** A role, and the token that is exchanged for it. */
export interface WebIdentity {
  readonly role: string;
  readonly session: string;
  readonly jwt: string;
}

const annotation = 'eks.amazonaws.com/role-arn';
const audience = 'sts.amazonaws.com';
const form = /^arn:aws[\w-]*:iam::[0-9]{1,30}:role\/.{1,200}$/;

/**
 * The role of a ServiceAccount (IAM roles for service accounts).
 * @throws FluxError FLUX_E_CLOUD_ACCOUNT
 */
export async function roleOf(client: KubeClient, key: NamespacedName, region: string): Promise<WebIdentity> {
  const role = (await annotationsOf(client, key))[annotation];
  const name = `${key.namespace}/${key.name}`;
  if (!role) throw badAnnotation(name, annotation, 'is missing');
  if (!form.test(role))
    throw badAnnotation(name, annotation, 'is no ARN of a role: arn:aws:iam::<account>:role/<name>');
  const session = `${key.name}.${key.namespace}.${region}.fluxcd.io`.slice(0, 64);
  return { role, session, jwt: await serviceAccountToken(client, key, audience) };
}
