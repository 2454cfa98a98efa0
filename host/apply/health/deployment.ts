import { numberAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { conditionOf, current, failed, inProgress, shortfall } from './fields.ts';

/** The API server's way to say that there is no deadline: the controller then reports no progress either. */
const noDeadline = 2 ** 31 - 1;

export function deploymentHealth(object: KubeObject): Health {
  const progressing = conditionOf(object, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return failed('Progress deadline exceeded');
  return replicas(object) ?? rollout(object);
}

function replicas(object: KubeObject): Health | undefined {
  const want = numberAt(object, 'spec', 'replicas') ?? 1;
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  const all = count('replicas');
  const updated = count('updatedReplicas');
  return (
    shortfall([
      { what: 'Replicas', have: all, want },
      { what: 'Updated', have: updated, want },
    ]) ??
    (all > want ? inProgress(`Pending termination: ${all - want}`) : undefined) ??
    shortfall([
      { what: 'Available', have: count('availableReplicas'), want: updated },
      { what: 'Ready', have: count('readyReplicas'), want },
    ])
  );
}

function rollout(object: KubeObject): Health {
  const deadline = numberAt(object, 'spec', 'progressDeadlineSeconds') ?? noDeadline;
  const progressing = conditionOf(object, 'Progressing');
  const done = progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable';
  if (deadline !== noDeadline && !done) return inProgress('ReplicaSet not Available');
  if (conditionOf(object, 'Available')?.status !== 'True') return inProgress('Deployment not Available');
  return current(`Deployment is available. Replicas: ${numberAt(object, 'status', 'replicas') ?? 0}`);
}
