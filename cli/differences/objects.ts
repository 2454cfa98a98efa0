import { isSecret, maskData } from '@flux-host/host/apply/mask.ts';
import type { Planned } from '@flux-host/host/apply/plan.ts';
import { recordAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { hasMasked } from '../build/sops-mask.ts';

/** Two states of an object that may be shown: without the values of Secrets. */
export interface States {
  readonly from: KubeObject;
  readonly to: KubeObject;
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The states of an object that would change. Of a Secret whose values are encrypted only the names of the values can be compared.
 * @returns undefined when there is no difference left
 */
export function statesOf(planned: Extract<Planned, { action: 'configured' }>): States | undefined {
  const { desired, live, applied } = planned;
  if (!isSecret(applied)) return { from: live, to: applied };
  const [from, to] = [withoutCopy(live), withoutCopy(applied)];
  if (hasMasked(desired)) return sameNames(from, to) ? undefined : { from: starred(from), to: starred(to) };
  const masked = maskData({ from, to });
  return { from: masked.from ?? from, to: masked.to ?? to };
}

/** kubectl keeps a copy of what it applied, values and all. */
function withoutCopy(secret: KubeObject): KubeObject {
  const { [lastApplied]: _copy, ...annotations } = secret.metadata.annotations ?? {};
  if (_copy === undefined) return secret;
  return { ...secret, metadata: { ...secret.metadata, annotations } };
}

const namesIn = (secret: KubeObject) => Object.keys(recordAt(secret, 'data') ?? {});

function sameNames(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [namesIn(a), namesIn(b)];
  return left.length === right.length && left.every((name) => right.includes(name));
}

function starred(secret: KubeObject): KubeObject {
  const names = namesIn(secret);
  if (names.length === 0) return secret;
  return { ...secret, data: Object.fromEntries(names.map((name) => [name, '*****'])) };
}
