import { listAt, numberAt, stringAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import type { FluxKind, Readiness } from './types.ts';

export interface StatusCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | undefined;
  /** RFC 3339; empty when it is not told. */
  readonly lastTransitionTime: string;
}

export function conditionsOf(object: KubeObject): StatusCondition[] {
  return listAt(object, 'status', 'conditions').map((condition) => ({
    type: stringAt(condition, 'type') ?? '',
    status: stringAt(condition, 'status') ?? '',
    reason: stringAt(condition, 'reason') ?? '',
    message: stringAt(condition, 'message') ?? '',
    observedGeneration: numberAt(condition, 'observedGeneration'),
    lastTransitionTime: stringAt(condition, 'lastTransitionTime') ?? '',
  }));
}

export function conditionNamed(object: KubeObject, type: string): StatusCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

export function readyCondition(object: KubeObject): StatusCondition | undefined {
  return conditionNamed(object, 'Ready');
}

/** What `flux get` shows in the columns Ready and Message. */
export function readinessOf(kind: FluxKind, object: KubeObject): Readiness {
  const fixed = kind.readiness?.(object);
  if (fixed) return fixed;
  const { status, message } = readyCondition(object) ?? {
    status: 'False',
    message: 'waiting to be reconciled',
  };
  return { status, message };
}
