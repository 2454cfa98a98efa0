import { isRecord, type Json, recordAt } from '@flux-host/host/json.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';

/** What stands in place of an encrypted value. */
export const mask = '**SOPS**';

const encode = (text: string) => Buffer.from(text).toString('base64');
const jsonMask = JSON.stringify({ mask });

/**
 * A Secret with its encrypted values masked, as Flux shows it: all values of one that sops encrypted as a whole, and of others those
 * that are encrypted files. Other objects are given back as they are.
 */
export function maskEncrypted(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret') return object;
  const { sops, ...rest } = object;
  const whole = isRecord(sops) && typeof sops['mac'] === 'string' && sops['mac'].startsWith('ENC[');
  const change = whole ? allMasked(object['type']) : fileMasked;
  return {
    ...(whole ? rest : object),
    ...valuesOf(object, 'data', (value) => change(value, 'data')),
    ...valuesOf(object, 'stringData', (value) => change(value, 'stringData')),
  };
}

type Field = 'data' | 'stringData';

/** The API server checks that a Docker config is JSON. */
function allMasked(type: unknown): (value: unknown, field: Field) => string {
  const text = type === 'kubernetes.io/dockerconfigjson' ? jsonMask : mask;
  return (_value, field) => (field === 'data' ? encode(text) : text);
}

function fileMasked(value: unknown, field: Field): unknown {
  if (typeof value !== 'string') return value;
  const text = field === 'data' ? Buffer.from(value, 'base64').toString('latin1') : value;
  // A masked value of `stringData` is base64, too: so it is with Flux.
  return text.includes('sops') && text.includes('ENC[') ? encode(mask) : value;
}

function valuesOf(object: KubeObject, field: Field, change: (value: unknown) => unknown): Json {
  const values = recordAt(object, field);
  if (!values) return {};
  return { [field]: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)])) };
}

/** Whether a Secret to be applied has masked values: of these only the names can be compared. */
export function hasMasked(secret: KubeObject): boolean {
  const values = Object.values(recordAt(secret, 'data') ?? {});
  return values.some((value) => typeof value === 'string' && Buffer.from(value, 'base64').includes(mask));
}
