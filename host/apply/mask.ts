import { isRecord, type Json, recordAt } from '../json.ts';
import type { KubeObject } from '../kube/types.ts';

const same = '***';
const before = '*** (before)';
const after = '*** (after)';

export function isSecret(object: { apiVersion: string; kind: string }): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Secret';
}

/** The two states of a map of secret values, each value masked so that one still sees which of them changed. */
export function maskMaps(from: Json, to: Json): { from: Json; to: Json } {
  const mask = (values: Json, others: Json, changed: string): Json =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        key in others && others[key] !== value ? changed : same,
      ]),
    );
  return { from: mask(from, to, before), to: mask(to, from, after) };
}

/** Both states of an object with their `data` masked; either may be absent. */
export function maskData<T extends Json>(states: { from?: T; to?: T }): { from?: T; to?: T } {
  const data = (state: T | undefined): Json => recordAt(state, 'data') ?? {};
  const masked = maskMaps(data(states.from), data(states.to));
  const withData = (state: T, values: Json): T =>
    isRecord(state['data']) ? { ...state, data: values } : state;
  return {
    ...(states.from && { from: withData(states.from, masked.from) }),
    ...(states.to && { to: withData(states.to, masked.to) }),
  };
}

/**
 * Takes the values of a Secret out of a text, e.g. of an API server's error that quotes the value it rejects.
 * Both the plain and the encoded form of each value are replaced.
 */
export function maskText(text: string, object: KubeObject): string {
  if (!isSecret(object)) return text;
  let masked = text;
  for (const value of secretValues(object)) masked = masked.replaceAll(patternOf(value), same);
  return masked;
}

/** A short value is replaced only where it stands alone: a password "e" shall not blank every word. */
function patternOf(value: string): RegExp {
  const literal = RegExp.escape(value);
  return new RegExp(value.length < 4 ? `(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])` : literal, 'g');
}

function secretValues(object: KubeObject): string[] {
  const values = new Set<string>();
  for (const field of ['data', 'stringData']) {
    for (const value of Object.values(recordAt(object, field) ?? {})) {
      if (typeof value === 'object' || value === undefined) continue;
      const text = String(value);
      values.add(text).add(text.trim()).add(JSON.stringify(text).slice(1, -1));
      if (field === 'data') values.add(Buffer.from(text, 'base64').toString());
      else values.add(Buffer.from(text).toString('base64'));
    }
  }
  values.delete('');
  // The longest first: a value can be part of another.
  return [...values].sort((a, b) => b.length - a.length);
}
