import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { isRecord, type Json, listAt, stringAt } from '../../json.ts';
import { parseDistinguishedName } from './distinguished-name.ts';
import { badTrustPolicy, noStatement } from './errors.ts';
import { trustPolicyFault } from './policy-rules.ts';
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

/**
 * The statement of a trust policy (`trustpolicy.json`) for a repository: the one that names it, else the one for `*`.
 * @throws FluxError FLUX_E_SIGNATURE_POLICY
 */
export function statementFor(text: string, repository: string): TrustStatement {
  const { trustPolicies } = parse(text);
  const found =
    trustPolicies.find(({ registryScopes }) => registryScopes.includes(repository)) ??
    trustPolicies.find(({ registryScopes }) => registryScopes.includes(everywhere));
  if (!found) throw noStatement(repository);
  return statementOf(found);
}

function parse(text: string): Static<typeof Policy> {
  const document = parseJson(text);
  const policy = { ...document, trustPolicies: listAt(document, 'trustPolicies').map(cleaned) };
  const fault = trustPolicyFault(policy);
  if (fault) throw badTrustPolicy(fault);
  if (Value.Check(Policy, policy)) return policy;
  const [problem] = Value.Errors(Policy, policy);
  throw badTrustPolicy(
    `${problem?.instancePath.slice(1).replaceAll('/', '.') || 'it'} ${problem?.message ?? 'is not valid'}`,
  );
}

/** As Flux does: whom a statement that skips everything trusts does not matter, and is no mistake. */
function cleaned(statement: unknown): unknown {
  if (stringAt(statement, 'signatureVerification', 'level') !== 'skip' || !isRecord(statement))
    return statement;
  return { ...statement, trustStores: [], trustedIdentities: [] };
}

function parseJson(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw badTrustPolicy('it is no JSON object');
}

function statementOf({
  name,
  signatureVerification: { level, override },
  trustStores = [],
  trustedIdentities = [],
}: Statement): TrustStatement {
  const actions = { ...levels[level], ...override };
  return { name, level, actions, trustStores, identities: identitiesOf(trustedIdentities) };
}

/** Identities of other kinds than subjects of certificates are nobody's. */
function identitiesOf(texts: readonly string[]): TrustStatement['identities'] {
  if (texts.includes(everywhere)) return undefined;
  return texts
    .filter((text) => text.startsWith(subjectPrefix))
    .map((text) => parseDistinguishedName(text.slice(subjectPrefix.length)))
    .filter((name) => name !== undefined);
}
