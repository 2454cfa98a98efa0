import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { usageError } from '../../command/errors.ts';
import { conditionsOf } from '../../kinds/conditions.ts';
import type { FluxKind } from '../../kinds/types.ts';

/** Decides by an object's conditions whether it is shown. */
export type StatusFilter = (kind: FluxKind, object: KubeObject) => boolean;

/**
 * Reads `--status-selector`: `Ready=False`, or `Ready!=True` for everything else, in any letter case. An object without the
 * condition matches only the second form.
 * @throws FluxError FLUX_E_CLI_USAGE when it has neither form
 */
export function statusFilter(selector: string): StatusFilter {
  if (!selector) return () => true;
  const [, type = '', operator, status = ''] = /^(.*?)(!=|=)(.*)$/.exec(selector) ?? [];
  if (!operator) {
    throw usageError(
      `expected status selector in type=status or type!=status format, but found: ${selector}`,
    );
  }
  return (kind, object) => hasStatus(kind, object, { type, status }) === (operator === '=');
}

function hasStatus(kind: FluxKind, object: KubeObject, wanted: { type: string; status: string }): boolean {
  // Objects that nothing reconciles have no conditions and are shown as ready.
  const conditions = kind.isStatic?.(object) ? [{ type: 'Ready', status: 'True' }] : conditionsOf(object);
  const condition = conditions.findLast(({ type }) => equalFold(type, wanted.type));
  return condition !== undefined && equalFold(condition.status, wanted.status);
}

function equalFold(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
