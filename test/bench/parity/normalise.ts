import { isRecord, listAt, recordAt, stringAt } from '@flux-host/host/json.ts';
import { parseApiVersion } from '@flux-host/host/kube/object.ts';
import type { KubeObject, ManagedFieldsEntry } from '@flux-host/host/kube/types.ts';

/*
 * The one place that says what may differ between two clusters that were brought to the same state: what the API server or the clock gives, where a system
 * listens, and what Kubernetes' own controllers make of the objects. Whatever is not named here has to be the same.
 */

/** Kinds that tell of processes and moments, not of what was asked for. */
const left = new Set([
  // Made of the addresses that Services got.
  'IPAddress',
  'Event',
  'Lease',
  'Endpoints',
  'EndpointSlice',
  'ComponentStatus',
  'PodMetrics',
  'NodeMetrics',
]);

/** Hold the certificate or the port of their API server; every namespace gets the first. */
const ofTheCluster = new Set(['ConfigMap/kube-root-ca.crt', 'Service/kubernetes']);

/** Given by the API server. */
const givenMetadata = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields'];

/** Whose fields say when a controller of Kubernetes looked, which nobody waits for. */
const kubernetes = new Set([
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'kube-apiserver',
  'kwok-controller',
]);

/** Moments, by the names that Flux's kinds and Kubernetes give them. */
const times = new Set([
  'lastTransitionTime',
  'lastUpdateTime',
  'firstReconciled',
  'lastReconciled',
  'lastReconciledDuration',
  // How often depends on how soon something became ready.
  'totalReconciliations',
]);

/** Where the artifacts are, and how they were compressed: `digest` and `size` are of the compressed file. */
const ofTheStore = new Set(['url', 'path', 'digest', 'size']);

/**
 * Failures of which only reason and status are compared: Flux names files of a temporary folder in them, and kustomize's whole chain of attempts; the host
 * names the file of the repository.
 */
const wordedAnew = new Set(['BuildFailed', 'ArtifactFailed']);

/** What the host says beyond Flux's words. */
const hint = / \(hint: [\s\S]*\)$/;

/** Durations that a message tells: `passed in 5.1s`. Timeouts that were configured stay. */
const took = /\b(?<word>in|after) (?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?(?:s|ms|µs|ns))/g;

/** What the API server draws by lot, by name, below `spec`. */
const drawn = new Set([
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
]);

/** Whether an object is compared at all: pods, ReplicaSets and the like belong to those that own them. */
export function isCompared({ kind, metadata }: KubeObject): boolean {
  if (left.has(kind) || ofTheCluster.has(`${kind}/${metadata.name}`)) return false;
  return !metadata.ownerReferences?.some(({ controller }) => controller);
}

/** An object with only what has to be the same. */
export function normalise(object: KubeObject): Record<string, unknown> {
  const { status, metadata, ...content } = object;
  const isFlux = parseApiVersion(object.apiVersion).group.endsWith('.fluxcd.io');
  const kept = Object.entries(metadata).filter(([key]) => !givenMetadata.includes(key));
  return {
    ...recordAt(withoutKeys(content, drawn)),
    metadata: { ...Object.fromEntries(kept), managers: managersOf(metadata.managedFields ?? []) },
    // What Kubernetes' controllers found out of an object is not said by Flux.
    ...(isFlux && status !== undefined ? { status: normaliseStatus(status) } : {}),
  };
}

/** Who owns which fields, without the times. */
function managersOf(entries: readonly ManagedFieldsEntry[]): Record<string, unknown> {
  const own = entries.filter(({ manager }) => !kubernetes.has(manager ?? ''));
  return Object.fromEntries(
    own.map(({ manager, operation, subresource, apiVersion, fieldsV1 }) => [
      [manager, operation, subresource].filter(Boolean).join(' '),
      // That of a stalled object: see forgetGeneration.
      { apiVersion, fieldsV1: withoutKeys(fieldsV1, new Set(['f:observedGeneration'])) },
    ]),
  );
}

function normaliseStatus(status: unknown): unknown {
  const rest = withoutDurations(withoutKeys(status, times));
  forgetGeneration(rest);
  const artifact = recordAt(rest, 'artifact');
  if (artifact) for (const key of ofTheStore) delete artifact[key];
  for (const condition of listAt(rest, 'conditions')) if (isRecord(condition)) trimMessage(condition);
  return rest;
}

function trimMessage(condition: Record<string, unknown>): void {
  const isAnew = condition['status'] === 'False' && wordedAnew.has(stringAt(condition, 'reason') ?? '');
  condition['message'] = isAnew ? '' : trim(stringAt(condition, 'message') ?? '');
}

/** Without the hint of the host and the line break that Flux leaves at the end of some. */
function trim(message: string): string {
  return message.replace(hint, '').trimEnd();
}

/** A stalled object has been observed; Flux says so for some reasons and forgets it for others (AccessDenied). */
function forgetGeneration(status: unknown): void {
  const isStalled = listAt(status, 'conditions').some(
    (condition) => stringAt(condition, 'type') === 'Stalled',
  );
  if (isStalled && isRecord(status)) delete status['observedGeneration'];
}

function withoutKeys(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, keys));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !keys.has(key));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutKeys(child, keys)]));
}

function withoutDurations(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(took, '$<word> …');
  if (Array.isArray(value)) return value.map(withoutDurations);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutDurations(child)]));
}

/** Whether somebody had to wait depends on who came first. */
const byChance = new Set(['DependencyNotReady']);

/** What Flux says in events alone, and not in the condition. */
const inEventsOnly = /^failed to build kube client: /;

/** Annotations of events that hold what differs anyway. */
const annotationsLeft = /\/(?:digest|checksum)$/;

/** What Flux told of one of its objects: type, reason, message and annotations. How often does not matter. */
export function toldBy(event: KubeObject): { readonly of: string; readonly what: string } | undefined {
  const of = recordAt(event, 'involvedObject');
  const reason = stringAt(event, 'reason') ?? '';
  if (!stringAt(of, 'apiVersion')?.includes('.fluxcd.io/') || byChance.has(reason)) return undefined;
  const annotations = Object.entries(event.metadata.annotations ?? {})
    .filter(([key]) => !annotationsLeft.test(key))
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  const type = stringAt(event, 'type');
  const message = wordedAnew.has(reason)
    ? ''
    : trim(stringAt(event, 'message') ?? '')
        .replace(inEventsOnly, '')
        .replace(took, '$<word> …');
  return {
    of: `${stringAt(of, 'kind')} ${stringAt(of, 'namespace')}/${stringAt(of, 'name')}`,
    what: `${type} ${reason}: ${message} (${annotations.join(', ')})`,
  };
}
