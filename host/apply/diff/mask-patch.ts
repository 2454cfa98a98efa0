import { isRecord } from '../../json.ts';
import { maskMaps } from '../mask.ts';
import type { PatchOperation } from './json-patch.ts';

/** A patch of a Secret without its values; what changed is told from what was added or removed. */
export function maskPatch(patch: readonly PatchOperation[]): PatchOperation[] {
  return patch.map((operation) => {
    if (/^\/(data|stringData)$/.test(operation.path)) return maskWhole(operation);
    return /^\/(data|stringData)\//.test(operation.path) ? maskValue(operation) : operation;
  });
}

function maskValue({ op, path, value, oldValue }: PatchOperation): PatchOperation {
  const changed = op === 'replace';
  return {
    op,
    path,
    ...(value !== undefined && { value: changed ? '*** (after)' : '***' }),
    ...(oldValue !== undefined && { oldValue: changed ? '*** (before)' : '***' }),
  };
}

function maskWhole({ op, path, value, oldValue }: PatchOperation): PatchOperation {
  const { from, to } = maskMaps(isRecord(oldValue) ? oldValue : {}, isRecord(value) ? value : {});
  return {
    op,
    path,
    ...(value !== undefined && { value: to }),
    ...(oldValue !== undefined && { oldValue: from }),
  };
}
