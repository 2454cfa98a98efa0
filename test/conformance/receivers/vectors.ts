import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';

/** A Receiver as Go prints one: lists that are empty are `null`. */
export interface VectorReceiver {
  readonly metadata: Receiver['metadata'];
  readonly spec: Omit<Receiver['spec'], 'resources'> & {
    readonly resources: Receiver['spec']['resources'] | null;
  };
  readonly status?: Receiver['status'];
}

export interface PayloadInput {
  readonly receiver: VectorReceiver;
  readonly receiverSecret: { metadata: { name: string }; data?: Record<string, string> } | null;
  readonly clusterObjects: readonly KubeObject[] | null;
  readonly noCrossNamespaceRefs?: boolean;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, readonly string[]>>;
    readonly body: string;
  };
}

export interface PayloadExpected {
  readonly expectedStatus: number;
  readonly expectedReceiversAnnotated: number;
}

/** The Receiver of a vector in a namespace of ours; namespaces that it names are put beside that. */
export function receiverIn(namespace: string, { metadata, spec, status }: VectorReceiver): Receiver {
  const resources = (spec.resources ?? []).map((resource) => ({
    ...resource,
    ...(resource.namespace ? { namespace: placeOf(namespace, resource.namespace) } : {}),
  }));
  return {
    apiVersion: 'notification.toolkit.fluxcd.io/v1',
    kind: 'Receiver',
    metadata: { name: metadata.name, namespace: placeOf(namespace, metadata.namespace) },
    spec: { ...spec, resources },
    ...(status ? { status } : {}),
  };
}

/** Where an object of a vector lives: those without a namespace in ours. */
export function placeOf(namespace: string, own: string | undefined): string {
  return own ? `${namespace}-${own}` : namespace;
}

/** The body as it is sent; large ones are described only. */
export function bodyOf(text: string): string {
  const [, size] = /^<generated JSON object larger than (\d+) bytes>$/.exec(text) ?? [];
  return size === undefined ? text : JSON.stringify({ filler: 'x'.repeat(Number(size)) });
}
