import { isRecord } from '../../json.ts';
import { type Lookup, substitute } from '../envsubst/evaluate.ts';
import { SubstitutionError } from '../envsubst/syntax.ts';

/** Post-build substitution of one build. */
export interface Substitution {
  readonly variables: Readonly<Record<string, string>>;
  readonly strict: boolean;
}

const optOut = 'kustomize.toolkit.fluxcd.io/substitute';
const variableName = /^[_A-Za-z][_A-Za-z0-9]*$/;

/** Whether a document could opt out; only then it has to be parsed before substitution. */
export function mayOptOut(text: string): boolean {
  return text.includes(optOut);
}

/** Whether the object's label or annotation turns substitution off. */
export function optsOut(object: unknown): boolean {
  const metadata = isRecord(object) ? object['metadata'] : undefined;
  if (!isRecord(metadata)) return false;
  return [metadata['labels'], metadata['annotations']].some(
    (values) => isRecord(values) && values[optOut] === 'disabled',
  );
}

/**
 * Makes the function that substitutes in a text. Line feeds are dropped from values, as in Flux.
 * @throws SubstitutionError at the first use when a variable's name is not valid
 */
export function substituter({ variables, strict }: Substitution): (text: string) => string {
  const values = new Map(
    Object.entries(variables).map(([name, value]) => [name, value.replaceAll('\n', '')]),
  );
  const invalid = [...values.keys()].find((name) => !variableName.test(name));
  const lookup: Lookup = (name) => values.get(name) ?? (strict ? undefined : '');
  return (text) => {
    if (invalid !== undefined) {
      throw new SubstitutionError(
        `'${invalid}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
      );
    }
    try {
      return substitute(text, lookup);
    } catch (error) {
      if (!(error instanceof SubstitutionError)) throw error;
      throw new SubstitutionError(`variable substitution failed: ${error.message}`);
    }
  };
}
