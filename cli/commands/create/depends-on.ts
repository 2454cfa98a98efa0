/** What has to be ready first, and when it counts as that. */
export interface Dependency {
  readonly name: string;
  readonly namespace?: string;
  /** CEL. */
  readonly readyExpr?: string;
}

/** Reads `name`, `namespace/name` or either with `@<CEL expression>` behind it, as `--depends-on` names what has to be ready first. */
export function dependency(text: string): Dependency {
  const at = text.indexOf('@');
  const reference = at < 0 ? text : text.slice(0, at);
  const readyExpr = at < 0 ? '' : text.slice(at + 1);
  const [namespace = '', name, ...more] = reference.split('/');
  const named = name === undefined || more.length > 0 ? { name: reference } : { namespace, name };
  return { ...named, ...(readyExpr && { readyExpr }) };
}
