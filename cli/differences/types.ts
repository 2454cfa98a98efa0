/** One step of a path: a field, an entry of a list by what names it, or by its place. */
export type Step = { readonly field: string } | { readonly entry: string } | { readonly index: number };

/** What is different at one place. */
export type Detail =
  | {
      readonly kind: 'added' | 'removed';
      readonly value: Readonly<Record<string, unknown>> | readonly unknown[];
    }
  | { readonly kind: 'changed'; readonly from: unknown; readonly to: unknown }
  /** The same entries stand in another order. */
  | { readonly kind: 'reordered'; readonly from: readonly string[]; readonly to: readonly string[] };

/** A place in a document, and how it differs there. */
export interface Difference {
  readonly path: readonly Step[];
  readonly details: readonly Detail[];
}

/** `spec.ports.http.port`, as people write it. */
export function pathText(path: readonly Step[]): string {
  if (path.length === 0) return '(root level)';
  return path
    .map((step) => ('field' in step ? step.field : 'entry' in step ? step.entry : String(step.index)))
    .join('.');
}
