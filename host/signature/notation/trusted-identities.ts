import { isSubset, parseDistinguishedName } from './distinguished-name.ts';

type Name = ReadonlyMap<string, string>;

/**
 * What is wrong with the trusted identities of a statement of a trust policy; undefined when nothing is.
 * @param statement its name in quotes
 */
export function identitiesFault(statement: string, identities: readonly string[]): string | undefined {
  if (identities.length > 1 && identities.includes('*')) {
    return `trust policy statement ${statement} uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction with other values`;
  }
  const names: (readonly [string, Name])[] = [];
  for (const identity of identities) {
    if (identity === '') return `trust policy statement ${statement} has an empty trusted identity`;
    if (identity === '*') continue;
    const [, prefix, value = ''] = /^([^:]*):(.*)$/s.exec(identity) ?? [];
    const quoted = JSON.stringify(identity);
    if (prefix === undefined) {
      return `trust policy statement ${statement} has trusted identity ${quoted} missing separator`;
    }
    if (prefix !== 'x509.subject') continue;
    if (!value)
      return `trust policy statement ${statement} has trusted identity ${quoted} without an identity value`;
    const name = distinguishedName(value);
    if (!name) {
      return `distinguished name (DN) ${JSON.stringify(value)} is not valid, it must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum, and follow RFC 4514 standard`;
    }
    const other = names.find(([, each]) => isSubset(each, name) || isSubset(name, each));
    if (other) {
      return `trust policy statement ${statement} has overlapping x509 trustedIdentities, ${JSON.stringify(other[0])} overlaps with ${quoted}`;
    }
    names.push([identity, name]);
  }
  return undefined;
}

const required = ['C', 'ST', 'O'];

/** A name with the attributes that Notation needs; undefined for anything else. */
function distinguishedName(text: string): Name | undefined {
  const name = parseDistinguishedName(text);
  return required.every((attribute) => name?.has(attribute)) ? name : undefined;
}
