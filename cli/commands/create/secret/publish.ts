import { isKube } from '@flux-host/host/kube/errors.ts';
import { keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { secrets } from '../../../cluster/resources.ts';
import type { Invocation } from '../../../command/types.ts';
import { yamlDocument } from '../../../output/document.ts';
import { labelsFrom } from '../common.ts';
import { fieldManager } from '../upsert.ts';

/** What a command makes of its flags. */
export interface NewSecret {
  readonly name: string;
  /** Kubernetes' type; absent leaves it to the API server (`Opaque`). */
  readonly type?:
    | 'Opaque'
    | 'kubernetes.io/tls'
    | 'kubernetes.io/basic-auth'
    | 'kubernetes.io/dockerconfigjson';
  readonly annotations?: Readonly<Record<string, string>>;
  readonly stringData: Readonly<Record<string, string>>;
}

/**
 * Prints a Secret with `--export`, else puts it into the cluster: keys, labels and annotations that one of the same name
 * has besides are left alone.
 * @param what as the message calls it, e.g. `git`
 */
export async function publishSecret(what: string, secret: NewSecret, invocation: Invocation): Promise<void> {
  const { flags, io, log, namespace } = invocation;
  const { name, type, annotations, stringData } = secret;
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, ...labelsFrom(flags), ...(annotations && { annotations }) },
    stringData: Object.keys(stringData).length > 0 ? stringData : undefined,
    ...(type && { type }),
  };
  if (flags.is('export')) return io.out(yamlDocument(object));
  if (stringData['identity.pub']) log.generate(`deploy key: ${stringData['identity.pub']}`);
  await createOrPatch(object, invocation);
  log.action(`${what} secret '${name}' created in '${namespace}' namespace`);
}

/** The type of a Secret cannot change, so that only a new one gets it. */
async function createOrPatch(secret: KubeObject, { cluster, signal }: Invocation): Promise<void> {
  const { client } = await cluster();
  const { labels, annotations } = secret.metadata;
  const patch = { metadata: { labels, annotations }, stringData: secret['stringData'] };
  try {
    await client.patch(secrets, keyOf(secret), patch, { type: 'merge', fieldManager, signal });
  } catch (error) {
    if (!isKube(error, 'notFound')) throw error;
    await client.create(secrets, secret, { fieldManager, signal });
  }
}
