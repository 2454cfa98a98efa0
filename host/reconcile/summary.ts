import {
  type Condition,
  deleteCondition,
  getCondition,
  setCondition,
  type WithConditions,
} from './conditions.ts';

/** How a kind's conditions add up to Ready, first entry first. */
export interface SummaryRules {
  readonly order: readonly string[];
  /** Conditions for which True is bad news. */
  readonly negative: readonly string[];
  /** Conditions that override the sum when they are False, e.g. SourceVerified. */
  readonly decisive?: readonly string[];
}

/** Sets Ready from the other conditions: a bad one gives its reason and message, else the first good one does (Flux's summarize). */
export function summarise(object: WithConditions, rules: SummaryRules): void {
  const present = rules.order
    .map((type) => getCondition(object, type))
    .filter((condition): condition is Condition => condition !== undefined);
  const rank = (condition: Condition) => rankOf(condition, rules.negative.includes(condition.type));
  const top = present.reduce<Condition | undefined>(
    (best, condition) => (best === undefined || rank(condition) < rank(best) ? condition : best),
    undefined,
  );
  const verdict = rules.decisive
    ?.map((type) => getCondition(object, type))
    .find((condition) => condition?.status === 'False');
  if (verdict) {
    setCondition(object, {
      type: 'Ready',
      status: 'False',
      reason: verdict.reason,
      message: verdict.message,
    });
  } else if (top) {
    const status = rank(top) < 2 ? 'False' : rank(top) < 4 ? 'True' : 'Unknown';
    setCondition(object, { type: 'Ready', status, reason: top.reason, message: top.message });
  } else {
    deleteCondition(object, 'Ready');
  }
}

function rankOf(condition: Condition, negative: boolean): number {
  if (condition.status === 'True') return negative ? 0 : 2;
  if (condition.status === 'False') return negative ? 3 : 1;
  return 4;
}

/** Marks work in progress; Ready turns Unknown when the object was not ready anyway or its artifact is out of date. */
export function markProgress(object: WithConditions, message: string, outdated: boolean): void {
  deleteCondition(object, 'Stalled');
  setCondition(object, { type: 'Reconciling', status: 'True', reason: 'Progressing', message });
  const ready = getCondition(object, 'Ready');
  if (outdated || !ready || ready.status === 'Unknown') {
    setCondition(object, { type: 'Ready', status: 'Unknown', reason: 'Progressing', message });
  }
}
