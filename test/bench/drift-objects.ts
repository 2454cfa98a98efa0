import { keyOf } from '@flux-host/host/kube/object.ts';
import { createReflector } from '@flux-host/host/kube/reflector.ts';
import type { ApiResource, KubeClient, KubeObject, Store } from '@flux-host/host/kube/types.ts';

/** A kind of applied objects, with a field that an intruder may change without making pods. */
interface Driftable {
  readonly gvk: Pick<ApiResource, 'group' | 'version' | 'kind'>;
  /** JSON pointer of a field in the applied manifest. */
  readonly field: string;
  readonly intruder: string;
}

const driftables: readonly Driftable[] = [
  { gvk: { group: '', version: 'v1', kind: 'ConfigMap' }, field: '/data/colour', intruder: 'red' },
  {
    gvk: { group: '', version: 'v1', kind: 'Service' },
    field: '/spec/ports/0/targetPort',
    intruder: 'elsewhere',
  },
  {
    gvk: { group: 'apps', version: 'v1', kind: 'Deployment' },
    field: '/spec/template/spec/containers/0/image',
    intruder: 'example/app:0.0.1',
  },
  {
    gvk: { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
    field: '/spec/rules/0/host',
    intruder: 'elsewhere.example.com',
  },
];

/** Applied objects of a kind, kept current by a watch. */
interface WatchedKind extends Driftable {
  readonly resource: ApiResource;
  readonly store: Store<KubeObject>;
  /** Called after each change. */
  readonly listeners: Set<() => void>;
}

/** Watches the applied objects of all kinds that can be changed. */
export function watchDriftables(options: {
  client: KubeClient;
  namespace: string;
  signal: AbortSignal;
}): Promise<WatchedKind[]> {
  const { client, namespace, signal } = options;
  return Promise.all(
    driftables.map(async (driftable) => {
      const resource = await client.resourceFor(driftable.gvk);
      const listeners = new Set<() => void>();
      const reflector = createReflector<KubeObject>({
        client,
        resource,
        namespace,
        labelSelector: 'kustomize.toolkit.fluxcd.io/name',
        // The store has the object only after the handler ran.
        onEvent: () =>
          setImmediate(() => {
            for (const listener of listeners) listener();
          }),
      });
      await reflector.start(signal);
      return { ...driftable, resource, store: reflector.store, listeners };
    }),
  );
}

/**
 * Deletes or edits one object.
 * @param random a number from 0 up to what it is given
 * @returns milliseconds until the watch showed it as it was before
 * @throws Error when that takes more than a minute
 */
export async function driftObject(
  client: KubeClient,
  kinds: readonly WatchedKind[],
  random: (below: number) => number,
): Promise<number> {
  const all = kinds.flatMap((kind) => kind.store.list().map((object) => ({ kind, object })));
  const chosen = all.sort((a, b) => nameOf(a.object).localeCompare(nameOf(b.object)))[random(all.length)];
  if (!chosen) throw new Error('there are no applied objects');
  const { kind, object } = chosen;
  const key = keyOf(object);
  const desired = valueAt(object, kind.field);
  const remove = random(2) === 0;
  let changedVersion = '';
  const isBack = () => {
    const now = kind.store.get(key);
    if (!now || valueAt(now, kind.field) !== desired) return false;
    return remove ? now.metadata.uid !== object.metadata.uid : isAfter(now, changedVersion);
  };
  const began = performance.now();
  if (remove) {
    await client.delete(kind.resource, key, { propagationPolicy: 'Background' });
  } else {
    const patch = [{ op: 'replace', path: kind.field, value: kind.intruder }];
    const changed = await client.patch(kind.resource, key, patch, { type: 'json', fieldManager: 'intruder' });
    changedVersion = changed.metadata.resourceVersion ?? '';
  }
  await becomes(kind.listeners, isBack, `${object.kind} ${nameOf(object)} ${remove ? 'deleted' : 'edited'}`);
  return performance.now() - began;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${metadata.name}/${kind}`;
}

/** Resource versions of one kind are ordered numbers. */
function isAfter({ metadata }: KubeObject, version: string): boolean {
  return BigInt(metadata.resourceVersion ?? 0) > BigInt(version);
}

function valueAt(object: KubeObject, pointer: string): unknown {
  let value: unknown = object;
  for (const step of pointer.split('/').slice(1)) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === step)?.[1]
        : undefined;
  }
  return value;
}

function becomes(listeners: Set<() => void>, holds: () => boolean, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      listeners.delete(check);
    };
    const check = () => {
      if (!holds()) return;
      end();
      resolve();
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`${what}: not back after a minute`));
    }, 60_000);
    listeners.add(check);
    check();
  });
}
