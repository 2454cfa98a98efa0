import { isRecord } from '@flux-host/host/json.ts';
import { neatYaml } from './neat.ts';

/** Tells entries of a list from each other; the order of keys does not matter. */
function of(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

function countIn(list: readonly unknown[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of list) counts.set(of(entry), (counts.get(of(entry)) ?? 0) + 1);
  return counts;
}

/** An entry in the line that tells of another order. */
function text(value: unknown): string {
  const plain = typeof value === 'object' ? '' : String(value);
  return plain === '' ? neatYaml(value) : plain;
}

export const fingerprint = { of, countIn, text };
