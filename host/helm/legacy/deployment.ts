import { current, inProgress } from '../../apply/health/fields.ts';
import type { Health } from '../../apply/types.ts';
import { at, clone, isRecord, listAt, numberAt, recordAt, semanticEqual, stringAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import { scaled } from './counts.ts';

const hashLabel = 'pod-template-hash';

/** By the pods of its new ReplicaSet alone: old ones may still be there. */
export function deploymentReady(deployment: KubeObject, replicaSets: readonly KubeObject[]): Health {
  if (at(deployment, 'spec', 'paused') === true) return current('Deployment is paused');
  const fresh = newReplicaSet(deployment, replicaSets);
  if (!fresh) return inProgress('new ReplicaSet not found');
  if (!isObserved(fresh)) return inProgress('ReplicaSet is not observed yet');
  if (!isObserved(deployment)) return inProgress('Deployment is not observed yet');
  const replicas = numberAt(deployment, 'spec', 'replicas') ?? 1;
  const expected = replicas - maxUnavailable(deployment, replicas);
  const ready = numberAt(fresh, 'status', 'readyReplicas') ?? 0;
  return ready < expected
    ? inProgress(`Ready: ${ready}/${expected}`)
    : current(`Deployment is ready. Replicas: ${ready}`);
}

/** Whether its controller has seen the object as it is. */
export function isObserved(object: KubeObject): boolean {
  return (numberAt(object, 'status', 'observedGeneration') ?? 0) === (object.metadata.generation ?? 0);
}

/** The oldest that the Deployment controls and that has its template. */
function newReplicaSet(deployment: KubeObject, replicaSets: readonly KubeObject[]): KubeObject | undefined {
  const { uid } = deployment.metadata;
  const template = withoutHash(at(deployment, 'spec', 'template'));
  return replicaSets
    .filter((each) =>
      listAt(each, 'metadata', 'ownerReferences').some(
        (owner) => at(owner, 'controller') === true && stringAt(owner, 'uid') === uid,
      ),
    )
    .filter((each) => semanticEqual(withoutHash(at(each, 'spec', 'template')), template))
    .toSorted((a, b) => age(a) - age(b))[0];
}

const age = ({ metadata }: KubeObject): number => Date.parse(metadata.creationTimestamp ?? '') || 0;

function withoutHash(template: unknown): unknown {
  const copy = clone(template);
  const labels = recordAt(copy, 'metadata', 'labels');
  if (isRecord(labels)) delete labels[hashLabel];
  return copy;
}

/** As the Deployment controller rounds: where neither may be more or fewer, one may be away. */
function maxUnavailable(deployment: KubeObject, replicas: number): number {
  if (stringAt(deployment, 'spec', 'strategy', 'type') !== 'RollingUpdate' || replicas === 0) return 0;
  const rolling = recordAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = scaled(rolling?.['maxSurge'] ?? 0, replicas, Math.ceil);
  const unavailable = scaled(rolling?.['maxUnavailable'] ?? 0, replicas, Math.floor);
  return Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, replicas);
}
