import { clone, isRecord } from '../json.ts';
import { KubeError } from '../kube/errors.ts';
import type { KubeObject } from '../kube/types.ts';
import { isBuiltIn } from './built-in.ts';
import { selects } from './unchanged.ts';

const undeclared = /(?<path>\.[^\s]+(?:\[[^\]]*\][^\s:]*)*): field not declared in schema/g;

/**
 * The object without the fields that the API server does not know, or undefined if the error is of another kind.
 * Flux passes built-in kinds through their Go types, which drops misspelt fields in silence: a repository that has
 * one shall not stop working here. Objects of other kinds are rejected, as with Flux.
 */
export function withoutUnknownFields(object: KubeObject, error: unknown): KubeObject | undefined {
  if (!(error instanceof KubeError) || !isBuiltIn(object)) return undefined;
  const paths = [...error.statusMessage.matchAll(undeclared)].map((match) => match.groups?.['path'] ?? '');
  if (paths.length === 0) return undefined;
  const copy = clone(object);
  for (const path of paths) remove(copy, steps(path));
  return copy;
}

interface Step {
  readonly field?: string;
  /** Key fields of a list item, as JSON. */
  readonly keys?: string;
}

/** `.spec.containers[name="web"].foo` in steps. */
function steps(path: string): Step[] {
  return [...path.matchAll(/\.(?<field>[^.[\]]+)|\[(?<keys>[^\]]*)\]/g)].map(({ groups = {} }) => {
    if (groups['field']) return { field: groups['field'] };
    const pairs = (groups['keys'] ?? '').split(',').map((pair) => pair.split('='));
    return { keys: `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}` };
  });
}

function remove(value: unknown, [step, ...rest]: readonly Step[]): void {
  if (!step) return;
  if (step.field !== undefined && isRecord(value)) {
    if (rest.length === 0) delete value[step.field];
    else remove(value[step.field], rest);
  }
  if (step.keys !== undefined && Array.isArray(value)) {
    remove(
      value.find((item) => selects(`k:${step.keys}`, item)),
      rest,
    );
  }
}
