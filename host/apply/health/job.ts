import { at, numberAt, stringAt } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Health } from '../types.ts';
import { conditionOf, current, failed, inProgress } from './fields.ts';

/** A Job is done when it has completed; kstatus takes a running one for done, Flux does not. */
export function jobHealth(object: KubeObject): Health {
  if (at(object, 'spec', 'suspend') === true) return current('Job is suspended');
  const parallelism = numberAt(object, 'spec', 'parallelism') ?? 1;
  const completions = numberAt(object, 'spec', 'completions') ?? parallelism;
  const count = (field: string): number => numberAt(object, 'status', field) ?? 0;
  if (conditionOf(object, 'Complete')?.status === 'True') {
    return current(`Job Completed. succeeded: ${count('succeeded')}/${completions}`);
  }
  if (conditionOf(object, 'Failed')?.status === 'True') {
    return failed(`Job Failed. failed: ${count('failed')}/${completions}`);
  }
  if (!stringAt(object, 'status', 'startTime'))
    return inProgress(`Job not started. active: 0/${parallelism}`);
  const [succeeded, active, lost] = [count('succeeded'), count('active'), count('failed')];
  return inProgress(`Job in progress. success:${succeeded}, active: ${active}, failed: ${lost}`);
}

export function isJob({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  return kind === 'Job' && apiVersion.startsWith('batch/');
}

/** Jobs that are deleted some time after they have finished. */
export function jobsWithTtl(objects: readonly KubeObject[]): KubeObject[] {
  return objects.filter((object) => isJob(object) && hasTtl(object));
}

function hasTtl(object: KubeObject): boolean {
  return Number.isInteger(at(object, 'spec', 'ttlSecondsAfterFinished'));
}
