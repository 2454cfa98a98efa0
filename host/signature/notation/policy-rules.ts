import { listAt, recordAt, stringAt } from '../../json.ts';
import { identitiesFault } from './trusted-identities.ts';

/**
 * What is wrong with a trust policy of Notation (`trustpolicy.json`) by the rules of the specification ("Trust store and trust policy", version 1.0), in
 * the words of notation-go; undefined when it can be used.
 */
export function trustPolicyFault(document: unknown): string | undefined {
  const version = stringAt(document, 'version') ?? '';
  if (!version) return 'oci trust policy document has empty version, version must be specified';
  if (version !== '1.0')
    return `oci trust policy document uses unsupported version ${JSON.stringify(version)}`;
  const statements = listAt(document, 'trustPolicies');
  if (statements.length === 0) return 'oci trust policy document can not have zero trust policy statements';
  const names = new Set<string>();
  for (const statement of statements) {
    const name = stringAt(statement, 'name') ?? '';
    if (names.has(name)) {
      return `multiple oci trust policy statements use the same name ${JSON.stringify(name)}, statement names must be unique`;
    }
    names.add(name);
    const fault = statementFault(name, statement);
    if (fault) return `oci trust policy: ${fault}`;
  }
  return scopesFault(statements);
}

const levels = ['strict', 'permissive', 'audit', 'skip'];
const overridable = ['authenticity', 'authenticTimestamp', 'expiry', 'revocation'];
const actions = ['enforce', 'log', 'skip'];

function statementFault(name: string, statement: unknown): string | undefined {
  if (!name) return 'a trust policy statement is missing a name, every statement requires a name';
  const quoted = JSON.stringify(name);
  const level = levelFault(recordAt(statement, 'signatureVerification'));
  if (level) return `trust policy statement ${quoted} has invalid signatureVerification: ${level}`;
  const stores = listAt(statement, 'trustStores').map(String);
  const identities = listAt(statement, 'trustedIdentities').map(String);
  if (stringAt(statement, 'signatureVerification', 'level') === 'skip') {
    return stores.length + identities.length === 0
      ? undefined
      : `trust policy statement ${quoted} is set to skip signature verification but configured with trust stores and/or trusted identities, remove them if signature verification needs to be skipped`;
  }
  if (stores.length === 0 || identities.length === 0) {
    return `trust policy statement ${quoted} is either missing trust stores or trusted identities, both must be specified`;
  }
  return (
    stores.map((store) => storeFault(quoted, store)).find(Boolean) ?? identitiesFault(quoted, identities)
  );
}

function levelFault(verification: Record<string, unknown> | undefined): string | undefined {
  const level = stringAt(verification, 'level') ?? '';
  if (!level) return 'signature verification level is empty or missing in the trust policy statement';
  if (!levels.includes(level)) return `invalid signature verification level ${JSON.stringify(level)}`;
  const overrides = Object.entries(recordAt(verification, 'override') ?? {});
  if (overrides.length > 0 && level === 'skip') {
    return `signature verification level "skip" can't be used to customize signature verification`;
  }
  for (const [type, action] of overrides) {
    const quoted = JSON.stringify(type);
    if (type === 'integrity') {
      return `${quoted} verification can not be overridden in custom signature verification`;
    }
    if (!overridable.includes(type)) {
      return `verification type ${quoted} in custom signature verification is not supported`;
    }
    if (!actions.includes(String(action))) {
      return `verification action ${JSON.stringify(action)} in custom signature verification is not supported`;
    }
    if (action === 'skip' && type !== 'revocation') {
      return `${quoted} verification can not be skipped in custom signature verification`;
    }
  }
  return undefined;
}

function storeFault(statement: string, store: string): string | undefined {
  const [, type, name = ''] = /^([^:]*):(.*)$/s.exec(store) ?? [];
  const quoted = JSON.stringify(store);
  if (type === undefined) {
    return `trust policy statement ${statement} has malformed trust store value ${quoted}. The required format is <TrustStoreType>:<TrustStoreName>`;
  }
  if (!['ca', 'signingAuthority', 'tsa'].includes(type)) {
    return `trust policy statement ${statement} uses an unsupported trust store type ${JSON.stringify(type)} in trust store value ${quoted}`;
  }
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    return `trust policy statement ${statement} uses an unsupported trust store name ${JSON.stringify(name)} in trust store value ${quoted}. Named store name needs to follow [a-zA-Z0-9_.-]+ format`;
  }
  return undefined;
}

const domain =
  /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*(:[0-9]+)?$/;
const repository = /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

function scopesFault(statements: readonly unknown[]): string | undefined {
  const seen = new Set<string>();
  for (const statement of statements) {
    const name = JSON.stringify(stringAt(statement, 'name'));
    const scopes = listAt(statement, 'registryScopes').map(String);
    if (scopes.length === 0) {
      return `oci trust policy statement ${name} has zero registry scopes, it must specify registry scopes with at least one value`;
    }
    if (scopes.length > 1 && scopes.includes('*')) {
      return `oci trust policy statement ${name} uses wildcard registry scope '*', a wildcard scope cannot be used in conjunction with other scope values`;
    }
    for (const scope of scopes) {
      const [host = '', ...path] = scope.split('/');
      if (scope !== '*' && !(domain.test(host) && repository.test(path.join('/')))) {
        return `registry scope ${JSON.stringify(scope)} is not valid, make sure it is a fully qualified repository without the scheme, protocol or tag. For example domain.com/my/repository or a local scope like local/myOCILayout`;
      }
      if (seen.has(scope)) {
        return `registry scope ${JSON.stringify(scope)} is present in multiple oci trust policy statements, one registry scope value can only be associated with one statement`;
      }
      seen.add(scope);
    }
  }
  return undefined;
}
