import { functionOf } from './functions.ts';
import { parse } from './parse.ts';
import { type Expansion, SubstitutionError, type Template } from './syntax.ts';

/** The value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

const defaults = new Set(['-', '+', '=', '?', ':-', ':+', ':=', ':?']);

/**
 * Replaces the `${…}` expressions of a text. A variable that is not set is an error except in an expression that gives a
 * default; look up an empty value to be lenient.
 * @throws SubstitutionError
 */
export function substitute(text: string, lookup: Lookup): string {
  return evaluate(parse(text), lookup);
}

/** Evaluates a parsed text; see {@link substitute}. */
export function evaluate(template: Template, lookup: Lookup): string {
  const parts: string[] = [];
  let rest: Template | undefined = template;
  while (rest) {
    const node: Template = rest.type === 'sequence' ? rest.nodes[0] : rest;
    rest = rest.type === 'sequence' ? rest.nodes[1] : undefined;
    parts.push(single(node, lookup));
  }
  return parts.join('');
}

function single(node: Template, lookup: Lookup): string {
  switch (node.type) {
    case 'text':
      return node.value;
    case 'expansion':
      return expand(node, lookup);
    case 'sequence':
      return evaluate(node, lookup);
  }
}

/** Arguments come first, as in Flux: an unset variable in a default is an error even when the default is not needed. */
function expand({ param, name, args }: Expansion, lookup: Lookup): string {
  const values = args.map((argument) => evaluate(argument, lookup));
  const value = lookup(param);
  if (value === undefined && !defaults.has(name)) {
    throw new SubstitutionError(`variable not set (strict mode): ${JSON.stringify(param)}`);
  }
  return functionOf(name)(value ?? '', values);
}
