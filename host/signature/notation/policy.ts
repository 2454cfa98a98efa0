import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { parseDistinguishedName } from './distinguished-name.ts';
import { badTrustPolicy, noStatement } from './errors.ts';
import type { CheckAction, CheckName, TrustStatement } from './types.ts';

const Action = Type.Union([Type.Literal('enforce'), Type.Literal('log'), Type.Literal('skip')]);
const Statement = Type.Object({
  name: Type.String({ minLength: 1 }),
  registryScopes: Type.Array(Type.String(), { minItems: 1 }),
  signatureVerification: Type.Object({
    level: Type.Union([
      Type.Literal('strict'),
      Type.Literal('permissive'),
      Type.Literal('audit'),
      Type.Literal('skip'),
    ]),
    override: Type.Optional(
      Type.Object(
        {
          authenticity: Type.Optional(Action),
          authenticTimestamp: Type.Optional(Action),
          expiry: Type.Optional(Action),
          revocation: Type.Optional(Action),
        },
        { additionalProperties: false },
      ),
    ),
  }),
  trustStores: Type.Optional(Type.Array(Type.String())),
  trustedIdentities: Type.Optional(Type.Array(Type.String())),
});
const Policy = Type.Object({
  version: Type.Literal('1.0'),
  trustPolicies: Type.Array(Statement, { minItems: 1 }),
});
type Statement = Static<typeof Statement>;

const levels: Readonly<Record<TrustStatement['level'], Readonly<Record<CheckName, CheckAction>>>> = {
  strict: {
    authenticity: 'enforce',
    authenticTimestamp: 'enforce',
    expiry: 'enforce',
    revocation: 'enforce',
  },
  permissive: { authenticity: 'enforce', authenticTimestamp: 'log', expiry: 'log', revocation: 'log' },
  audit: { authenticity: 'log', authenticTimestamp: 'log', expiry: 'log', revocation: 'log' },
  skip: { authenticity: 'skip', authenticTimestamp: 'skip', expiry: 'skip', revocation: 'skip' },
};

const everywhere = '*';
const subjectPrefix = 'x509.subject:';
const storeForm = /^(ca|signingAuthority|tsa):[\w.-]+$/;

/**
 * The statement of a trust policy (`trustpolicy.json`) for a repository: the one that names it, else the one for `*`.
 * @throws FluxError FLUX_E_SIGNATURE_POLICY
 */
export function statementFor(text: string, repository: string): TrustStatement {
  const { trustPolicies } = parse(text);
  checkScopes(trustPolicies);
  const found =
    trustPolicies.find(({ registryScopes }) => registryScopes.includes(repository)) ??
    trustPolicies.find(({ registryScopes }) => registryScopes.includes(everywhere));
  if (!found) throw noStatement(repository);
  return statementOf(found);
}

function parse(text: string): Static<typeof Policy> {
  const value = parseJson(text);
  if (Value.Check(Policy, value)) return value;
  const [problem] = Value.Errors(Policy, value);
  throw badTrustPolicy(
    `${problem?.instancePath.slice(1).replaceAll('/', '.') || 'it'} ${problem?.message ?? 'is not valid'}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badTrustPolicy('it is not JSON');
  }
}

function checkScopes(statements: readonly Statement[]): void {
  const seen = new Set<string>();
  for (const { name, registryScopes } of statements) {
    if (registryScopes.length > 1 && registryScopes.includes(everywhere))
      throw badTrustPolicy(`statement ${JSON.stringify(name)} has "*" beside other registryScopes`);
    for (const scope of registryScopes) {
      if (seen.has(scope))
        throw badTrustPolicy(`registryScope ${JSON.stringify(scope)} is in two statements`);
      seen.add(scope);
    }
  }
}

function statementOf({ name, signatureVerification, trustStores = [], trustedIdentities = [] }: Statement) {
  const { level, override } = signatureVerification;
  if (level === 'skip') {
    if (override) throw badTrustPolicy(`statement ${JSON.stringify(name)} overrides checks that it skips`);
    return { name, level, actions: levels.skip, trustStores: [], identities: undefined };
  }
  if (
    override?.authenticity === 'skip' ||
    override?.expiry === 'skip' ||
    override?.authenticTimestamp === 'skip'
  )
    throw badTrustPolicy(`statement ${JSON.stringify(name)} may skip the check of revocation only`);
  if (!trustStores.every((store) => storeForm.test(store)) || trustStores.length === 0)
    throw badTrustPolicy(`statement ${JSON.stringify(name)} needs trustStores such as "ca:name"`);
  const actions: Record<CheckName, CheckAction> = { ...levels[level], ...override };
  return { name, level, actions, trustStores, identities: identitiesOf(name, trustedIdentities) };
}

function identitiesOf(name: string, texts: readonly string[]): TrustStatement['identities'] {
  if (texts.length === 0) throw badTrustPolicy(`statement ${JSON.stringify(name)} has no trustedIdentities`);
  if (texts.includes(everywhere)) {
    if (texts.length === 1) return undefined;
    throw badTrustPolicy(`statement ${JSON.stringify(name)} has "*" beside other trustedIdentities`);
  }
  return texts.map((text) => {
    if (!text.startsWith(subjectPrefix))
      throw badTrustPolicy(`trusted identity ${JSON.stringify(text)} does not begin with ${subjectPrefix}`);
    const attributes = parseDistinguishedName(text.slice(subjectPrefix.length));
    const missing = ['C', 'ST', 'O'].filter((attribute) => !attributes?.has(attribute));
    if (!attributes || missing.length > 0)
      throw badTrustPolicy(
        `trusted identity ${JSON.stringify(text)} is no distinguished name with C, ST and O${missing.length > 0 ? `: ${missing.join(', ')} is missing` : ''}`,
      );
    return attributes;
  });
}
