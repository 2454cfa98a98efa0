import { isRecord, setOwn } from '../json.ts';

/** The steps of a JSON pointer (RFC 6901). `""` is the whole document and has none. */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Inverse of {@link parsePointer}. */
export function formatPointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value that a pointer names, or undefined. Steps are whatever a user writes: only what the document itself has is there. */
export function lookup(document: unknown, steps: readonly string[]): unknown {
  let current = document;
  for (const step of steps) {
    if (Array.isArray(current)) current = current[indexOf(step, current)];
    else if (isRecord(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}

/** Removes what a pointer names; nothing happens when it names nothing. */
export function removeAt(document: unknown, steps: readonly string[]): void {
  const parent = lookup(document, steps.slice(0, -1));
  const step = steps.at(-1);
  if (step === undefined) return;
  if (isRecord(parent)) delete parent[step];
  if (!Array.isArray(parent)) return;
  const index = indexOf(step, parent);
  if (index in parent) parent.splice(index, 1);
}

/** Replaces what a pointer names, if its parent exists. */
export function replaceAt(document: unknown, steps: readonly string[], value: unknown): void {
  const parent = lookup(document, steps.slice(0, -1));
  const step = steps.at(-1);
  if (step === undefined) return;
  if (isRecord(parent)) setOwn(parent, step, value);
  else if (Array.isArray(parent) && indexOf(step, parent) in parent) parent[indexOf(step, parent)] = value;
}

/** An index counts from the end when it is negative, as Flux's patch library allows. */
function indexOf(step: string, list: readonly unknown[]): number {
  if (!/^-?\d+$/.test(step)) return -1;
  const index = Number(step);
  return index < 0 ? list.length + index : index;
}
