import { clone, isRecord, type Json, recordAt } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';
import { isBuiltIn } from './built-in.ts';
import { removeInvalidCaBundle } from './ca-bundle.ts';
import { isSecret } from './mask.ts';
import { spellOutDefaults } from './spelled-defaults.ts';
import { fillZeroValues } from './zero-values.ts';

/**
 * The object as Flux's own normalisation leaves it: `stringData` of Secrets as `data`, the protocol of ports spelled out (it
 * is part of their key, which server-side apply does not default), no status, and for built-in kinds the empty values
 * that their Go types always write, so that the same fields are owned as with Flux. Roles are left as they are.
 */
export function normalise(object: KubeObject): KubeObject {
  const copy = clone(object);
  if (isRole(copy)) return copy;
  if (isSecret(copy)) encodeStringData(copy);
  if (isBuiltIn(copy)) fillZeroValues(copy);
  copy.metadata = Object.assign(copy.metadata ?? {}, { creationTimestamp: null });
  // Health is computed from the status of definitions, which is harmless: it cannot be applied.
  if (copy.kind !== 'CustomResourceDefinition') delete copy['status'];
  return copy;
}

/**
 * The normalised object as it is sent: without what means "absent", and with a definition's placeholder certificates
 * removed. Some defaults are spelled out, to compare them.
 */
export function wireForm(object: KubeObject): KubeObject {
  const sent = normalise(object);
  removeInvalidCaBundle(sent);
  delete sent.metadata.creationTimestamp;
  if (!isBuiltIn(sent)) return sent;
  dropNulls(sent);
  spellOutDefaults(sent);
  return sent;
}

function isRole({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'rbac.authorization.k8s.io/v1' && (kind === 'Role' || kind === 'ClusterRole');
}

/** Applied `stringData` would be owned as such and never removed from `data`. */
function encodeStringData(secret: KubeObject): void {
  const text = recordAt(secret, 'stringData');
  if (!text || Object.keys(text).length === 0) return;
  // A value that is no string is for the API server to reject, in its own words.
  if (Object.values(text).some((value) => typeof value !== 'string')) return;
  const encoded = Object.entries(text).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  secret['data'] = { ...recordAt(secret, 'data'), ...Object.fromEntries(encoded) };
  delete secret['stringData'];
}

function dropNulls(value: Json): void {
  for (const [key, child] of Object.entries(value)) {
    if (child === null || child === undefined) delete value[key];
    else if (isRecord(child)) dropNulls(child);
    else if (Array.isArray(child)) for (const item of child) if (isRecord(item)) dropNulls(item);
  }
}
