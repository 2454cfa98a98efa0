import { at, stringAt } from '@flux-host/host/json.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import { keyOf } from '@flux-host/host/kube/object.ts';
import { createReflector } from '@flux-host/host/kube/reflector.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { requestedAtAnnotation } from '@flux-host/host/reconcile/annotations.ts';
import { fluxKinds } from '../kinds/index.ts';
import type { FluxKind } from '../kinds/types.ts';

/** How a reconciliation ends. */
export interface Ending {
  readonly ready: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  /** No further attempt is made. */
  readonly stalled?: boolean;
  /** Another attempt follows. */
  readonly retries?: boolean;
  /** Further fields of the status. */
  readonly status?: object;
}

export interface ReconcilerOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly signal: AbortSignal;
  ending(object: KubeObject): Ending | undefined;
}

/**
 * Stands in for the controllers of Flux where only their traces count: moves the status of every object through
 * "progressing" to an ending, as often as its spec changes or a reconciliation is requested.
 */
export async function startReconciler(options: ReconcilerOptions): Promise<void> {
  const kinds = fluxKinds.filter(({ verbs }) => verbs.includes('reconcile'));
  await Promise.all(kinds.map((kind) => watchKind(kind, options)));
}

async function watchKind({ resource }: FluxKind, options: ReconcilerOptions): Promise<void> {
  const { client, namespace, signal } = options;
  const busy = new Set<string>();
  const reflector = createReflector<KubeObject>({
    client,
    resource,
    namespace,
    resyncMs: 0,
    onEvent({ type, object }) {
      const key = `${object.metadata.name}/${object.metadata.generation}/${requested(object)}`;
      if (type === 'deleted' || busy.has(key) || at(object, 'spec', 'suspend') === true || isHandled(object))
        return;
      busy.add(key);
      void reconcile(object, options).catch((error: unknown) => {
        if (!signal.aborted && !isKube(error, 'notFound')) throw error;
      });
    },
  });
  await reflector.start(signal);
}

async function reconcile(object: KubeObject, { client, ending }: ReconcilerOptions): Promise<void> {
  const end = ending(object);
  if (!end) return;
  const resource = fluxKinds.find((kind) => kind.resource.kind === object.kind)?.resource;
  if (!resource) throw new Error(`no kind ${object.kind}`);
  const patch = (status: object) =>
    client.patch(resource, keyOf(object), { status }, { type: 'merge', subresource: 'status' });
  const { generation = 0 } = object.metadata;
  const progressing = condition('Reconciling', 'True', {
    reason: 'Progressing',
    message: 'at work',
    generation,
  });
  const unknown = condition('Ready', 'Unknown', { reason: 'Progressing', message: 'at work', generation });
  await patch({ observedGeneration: generation, conditions: [progressing, unknown] });
  const ready = condition('Ready', end.ready, { ...end, generation });
  const stalled = end.stalled ? [condition('Stalled', 'True', { ...end, generation })] : [];
  const retrying = end.retries
    ? [condition('Reconciling', 'True', { ...end, reason: 'ProgressingWithRetry', generation })]
    : [];
  const handled = requested(object);
  await patch({
    observedGeneration: generation,
    conditions: [...stalled, ...retrying, ready],
    ...(handled && { lastHandledReconcileAt: handled }),
    ...end.status,
  });
}

function isHandled(object: KubeObject): boolean {
  const { generation } = object.metadata;
  const seen = at(object, 'status', 'observedGeneration');
  return (
    seen === generation && (stringAt(object, 'status', 'lastHandledReconcileAt') ?? '') === requested(object)
  );
}

function requested({ metadata }: KubeObject): string {
  return metadata.annotations?.[requestedAtAnnotation] ?? '';
}

function condition(
  type: string,
  status: string,
  about: { readonly reason: string; readonly message: string; readonly generation: number },
): object {
  const { reason, message, generation } = about;
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '');
  return { type, status, reason, message, observedGeneration: generation, lastTransitionTime };
}
