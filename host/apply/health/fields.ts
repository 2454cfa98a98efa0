import { isRecord, listAt, stringAt } from '../../json.ts';
import type { Health } from '../types.ts';

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function conditionsOf(object: unknown): Condition[] {
  return listAt(object, 'status', 'conditions')
    .filter(isRecord)
    .map((condition) => ({
      type: stringAt(condition, 'type') ?? '',
      status: stringAt(condition, 'status') ?? '',
      reason: stringAt(condition, 'reason') ?? '',
      message: stringAt(condition, 'message') ?? '',
    }));
}

export function conditionOf(object: unknown, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

export function current(message: string): Health {
  return { status: 'Current', message };
}

export function inProgress(message: string): Health {
  return { status: 'InProgress', message };
}

export function failed(message: string): Health {
  return { status: 'Failed', message };
}

/** A number that has to be reached: `Ready: 1/3`. */
export interface Quota {
  readonly what: string;
  readonly have: number;
  readonly want: number;
}

/** The first number that is not reached yet. */
export function shortfall(quotas: readonly Quota[]): Health | undefined {
  const short = quotas.find(({ have, want }) => want > have);
  return short && inProgress(`${short.what}: ${short.have}/${short.want}`);
}
