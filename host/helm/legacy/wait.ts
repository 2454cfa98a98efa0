import { healthFailed, healthTimedOut, type Verdict } from '../../apply/health/errors.ts';
import { objectId } from '../../apply/inventory.ts';
import type { Health } from '../../apply/types.ts';
import { isRecord } from '../../json.ts';
import { isKube, KubeError } from '../../kube/errors.ts';
import { formatLabelSelector, type LabelSelectorObject, labelSelectorOf } from '../../kube/labels.ts';
import { gvkOf, keyOf, refOf } from '../../kube/object.ts';
import { pause } from '../../kube/retry.ts';
import type { ApiResource, KubeClient, KubeObject } from '../../kube/types.ts';
import { ruleOf } from './ready.ts';

export interface LegacyWait {
  readonly client: KubeClient;
  readonly objects: readonly KubeObject[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told of what is waited for, when that is another object. */
  onWait(object: KubeObject): void;
}

/** Helm's own. */
const intervalMs = 2_000;

/**
 * Waits as Helm 3 does (`spec.waitStrategy.name: legacy`): for kinds that it knows, by asking again and again, which needs no right to watch.
 * @throws FluxError FLUX_E_HEALTH_TIMEOUT, FLUX_E_HEALTH_FAILED for a Job that failed; KubeError
 */
export async function waitAsHelm3(wait: LegacyWait): Promise<void> {
  const { signal, timeoutMs } = wait;
  const objects = wait.objects.filter((object) => ruleOf(object));
  const until = performance.now() + timeoutMs;
  let told = '';
  for (;;) {
    const waiting = await firstUnready(wait, objects);
    if (!waiting) return;
    const { object, health } = waiting;
    const verdict: Verdict = { ref: refOf(object), health };
    if (health.status === 'Failed') throw healthFailed([verdict]);
    if (performance.now() + intervalMs > until) throw healthTimedOut([verdict]);
    const id = objectId(verdict.ref);
    if (id !== told) wait.onWait(object);
    told = id;
    await pause(intervalMs, signal);
  }
}

interface Waiting {
  readonly object: KubeObject;
  readonly health: Health;
}

/** All of them have to be ready at the same time. */
async function firstUnready(wait: LegacyWait, objects: readonly KubeObject[]): Promise<Waiting | undefined> {
  for (const object of objects) {
    const health = await healthOf(wait, object);
    if (health.status !== 'Current') return { object, health };
  }
  return undefined;
}

type Reader = Pick<LegacyWait, 'client' | 'signal'>;

async function healthOf({ client, signal }: Reader, object: KubeObject): Promise<Health> {
  try {
    const resource = await client.resourceFor(gvkOf(object), { signal });
    const live = await client.get<KubeObject>(resource, keyOf(object), { signal });
    const rule = ruleOf(object);
    return rule
      ? rule(live, await dependantsOf({ client, signal }, live))
      : { status: 'Current', message: '' };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof KubeError) || isFinal(error)) throw error;
    return { status: 'Unknown', message: error.message };
  }
}

/** What another request would not answer better. */
function isFinal(error: KubeError): boolean {
  return !error.unreachable && error.status < 500 && !isKube(error, 'tooManyRequests');
}

interface Workload extends KubeObject {
  spec: { readonly selector?: LabelSelectorObject };
}

interface ReplicationController extends KubeObject {
  spec: { readonly selector?: Readonly<Record<string, string>> };
}

const kind = (group: string, name: string, plural: string): ApiResource => ({
  group,
  version: 'v1',
  kind: name,
  plural,
  namespaced: true,
});
const pods = kind('', 'Pod', 'pods');
const replicaSets = kind('apps', 'ReplicaSet', 'replicasets');

/** What the object selects: ReplicaSets of a Deployment, Pods of others. */
async function dependantsOf(reader: Reader, object: KubeObject): Promise<readonly KubeObject[]> {
  switch (object.kind) {
    case 'Deployment':
      return selected(reader, replicaSets, object);
    case 'ReplicaSet':
    case 'ReplicationController':
      return selected(reader, pods, object);
    default:
      return [];
  }
}

async function selected(
  { client, signal }: Reader,
  resource: ApiResource,
  object: KubeObject,
): Promise<readonly KubeObject[]> {
  const { namespace = '' } = object.metadata;
  const labelSelector = formatLabelSelector(labelSelectorOf(selectorOf(object)));
  return (await client.list(resource, { namespace, labelSelector, signal })).items;
}

function selectorOf(object: KubeObject): LabelSelectorObject {
  const selector = isReplicationController(object)
    ? { matchLabels: object.spec.selector ?? {} }
    : isWorkload(object)
      ? object.spec.selector
      : undefined;
  return selector ?? {};
}

const isReplicationController = (object: KubeObject): object is ReplicationController =>
  object.kind === 'ReplicationController';
const isWorkload = (object: KubeObject): object is Workload => isRecord(object['spec']);
