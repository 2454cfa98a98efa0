import { isRecord } from '../../json.ts';
import { isKube } from '../../kube/errors.ts';
import type { KubeObject } from '../../kube/types.ts';
import type { Member } from './state.ts';

/** Reads an object as it is now. @throws KubeError with `notFound` when it is gone */
export type ReadObject = (
  ref: Pick<Member, 'apiVersion' | 'kind' | 'namespace' | 'name'>,
) => Promise<KubeObject>;

/** A condition is older than the event about it for a moment. */
const settleMs = 3000;

/** Whether a member no longer fails: it is ready, suspended or gone. What cannot be read counts as failing. */
export async function isOver(member: Member, read: ReadObject): Promise<boolean> {
  if (Date.now() - member.failedAt < settleMs) return false;
  try {
    const { spec, status } = await read(member);
    return isSuspended(spec) || isReadyStatus(status);
  } catch (error) {
    return isKube(error, 'notFound');
  }
}

function isSuspended(spec: unknown): boolean {
  return typeof spec === 'object' && spec !== null && 'suspend' in spec && spec.suspend === true;
}

function isReadyStatus(status: unknown): boolean {
  if (typeof status !== 'object' || status === null || !('conditions' in status)) return false;
  const { conditions } = status;
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (each: unknown) => isRecord(each) && each['type'] === 'Ready' && each['status'] === 'True',
    )
  );
}
