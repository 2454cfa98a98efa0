import { clone, isRecord, type Json, semanticEqual } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';
import { lookup, parsePointer, removeAt, replaceAt } from './pointer.ts';
import { compileSelector, type ObjectMatcher, type ObjectSelector } from './selector.ts';
import { selects } from './unchanged.ts';

/** Entry of `spec.ignore`: fields that others manage. */
export interface IgnoreRule {
  /** JSON pointers. */
  readonly paths: readonly string[];
  /** All objects when absent. */
  readonly target?: ObjectSelector | undefined;
}

interface CompiledRule {
  readonly matches: ObjectMatcher;
  readonly paths: readonly string[];
}

export type CompiledRules = readonly CompiledRule[];

/** @throws FluxError FLUX_E_SELECTOR_INVALID */
export function compileRules(rules: readonly IgnoreRule[] = []): CompiledRules {
  return rules.map(({ paths, target }) => ({ paths, matches: compileSelector(target) }));
}

/** The ignored paths of an object, as pointers. */
export function ignoredPaths(object: KubeObject, rules: CompiledRules): string[] {
  return rules.filter(({ matches }) => matches(object)).flatMap(({ paths }) => paths);
}

/** A copy without the ignored fields, to compare. */
export function withoutPaths(object: KubeObject, paths: readonly string[]): KubeObject {
  if (paths.length === 0) return object;
  const copy = clone(object);
  for (const path of paths) removeAt(copy, parsePointer(path));
  return copy;
}

interface Drifted {
  readonly live: KubeObject;
  readonly dryRun: KubeObject;
  readonly fieldManager: string;
}

/**
 * What to apply so that ignored fields keep their live values: one that another manager applied is left out, one that
 * nobody else applies is sent with its live value (leaving it out would remove it).
 */
export function leaveAlone(desired: KubeObject, paths: readonly string[], state: Drifted): KubeObject {
  const copy = clone(desired);
  for (const path of paths) {
    const steps = parsePointer(path);
    const value = lookup(state.live, steps);
    if (semanticEqual(value, lookup(state.dryRun, steps))) continue;
    if (value === undefined || isAppliedByOther(state, steps)) removeAt(copy, steps);
    else replaceAt(copy, steps, value);
  }
  return copy;
}

function isAppliedByOther({ live, fieldManager }: Drifted, steps: readonly string[]): boolean {
  return (live.metadata.managedFields ?? []).some(
    ({ manager, operation, subresource, fieldsV1 }) =>
      manager !== fieldManager && operation === 'Apply' && !subresource && hasField(fieldsV1, live, steps),
  );
}

/** Whether a set of managed fields has the field; list items are found by their key fields. */
function hasField(fields: unknown, value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true;
  if (!isRecord(fields)) return false;
  const next = Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined;
  const field = Array.isArray(value) ? itemField(fields, next) : `f:${step}`;
  return field !== undefined && field in fields && hasField(fields[field], next, rest);
}

function itemField(fields: Json, item: unknown): string | undefined {
  return Object.keys(fields).find((field) => field.startsWith('k:') && selects(field, item));
}
