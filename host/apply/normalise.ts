import { clone, recordAt } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';
import { isBuiltIn } from './built-in.ts';
import { removeInvalidCaBundle } from './ca-bundle.ts';
import { throughGoTypes } from './go-types/convert.ts';
import { isSecret } from './mask.ts';
import { spellOutDefaults, spellOutProtocols } from './spelled-defaults.ts';

/**
 * The object as Flux's own normalisation leaves it: built-in kinds as their Go types have them, so that the same fields are owned as with Flux, `stringData` of
 * Secrets as `data`, the protocol of ports spelled out (it is part of their key, which server-side apply does not default), no status. Roles are left as
 * they are.
 */
export function normalise(object: KubeObject): KubeObject {
  if (isRole(object)) return clone(object);
  // Health is computed from the status of definitions, which is harmless: it cannot be applied.
  const { status, ...content } = object;
  const kept = object.kind === 'CustomResourceDefinition' ? object : content;
  const converted = throughGoTypes(kept);
  const copy = converted ?? clone(kept);
  if (converted && isSecret(copy)) encodeStringData(copy);
  if (converted) spellOutProtocols(copy);
  copy.metadata = Object.assign(copy.metadata ?? {}, { creationTimestamp: null });
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
  if (isBuiltIn(sent)) spellOutDefaults(sent);
  return sent;
}

function isRole({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'rbac.authorization.k8s.io/v1' && (kind === 'Role' || kind === 'ClusterRole');
}

/** Applied `stringData` would be owned as such and never removed from `data`. */
function encodeStringData(secret: KubeObject): void {
  const text = recordAt(secret, 'stringData');
  if (!text || Object.keys(text).length === 0) return;
  const encoded = Object.entries(text).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  secret['data'] = { ...recordAt(secret, 'data'), ...Object.fromEntries(encoded) };
  delete secret['stringData'];
}
