import type { Receiver } from '@flux-host/crds/notification/receiver.ts';
import { compileCel } from '../cel/compile.ts';
import type { CelProgram } from '../cel/types.ts';
import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

type OIDCProvider = NonNullable<Receiver['spec']['oidcProviders']>[number];

/** What a token of one issuer has to fulfil, beyond being genuine. */
export interface ClaimRules {
  readonly variables: readonly { readonly name: string; readonly program: CelProgram<'any'> }[];
  readonly validations: readonly { readonly message: string; readonly program: CelProgram<'bool'> }[];
}

/** The expressions of a Receiver, ready to be evaluated. */
export interface Expressions {
  /** For every object. */
  readonly filter: CelProgram<'bool'> | undefined;
  /** For the objects of `spec.resources`, by its index. */
  readonly filters: readonly (CelProgram<'bool'> | undefined)[];
  /** By issuer. */
  readonly claims: ReadonlyMap<string, ClaimRules>;
}

const compiled = new WeakMap<Receiver['spec'], Expressions>();

/**
 * Compiles all expressions of a Receiver, once for each version of it.
 * @throws FluxError, terminal, reason InvalidCELExpression, naming the field
 */
export function expressionsOf({ spec }: Receiver): Expressions {
  const known = compiled.get(spec);
  if (known) return known;
  const made = compile(spec);
  compiled.set(spec, made);
  return made;
}

function compile(spec: Receiver['spec']): Expressions {
  const variables = ['res', 'req', ...(spec.type === 'generic-oidc' ? ['claims'] : [])];
  const filter = (source: string, where: string) =>
    inField(`invalid ${where}`, () => compileCel(source, { variables, result: 'bool' }));
  return {
    filter: spec.resourceFilter ? filter(spec.resourceFilter, 'resourceFilter expression') : undefined,
    filters: spec.resources.map(({ filter: source, kind, name }, index) =>
      source
        ? filter(source, `filter expression for resources[${index}] (kind="${kind}", name="${name}")`)
        : undefined,
    ),
    claims: new Map(
      (spec.oidcProviders ?? []).map((provider, index) => [provider.issuerURL, claimRules(provider, index)]),
    ),
  };
}

/** @param index of the provider in the spec, for messages */
export function claimRules(provider: OIDCProvider, index = 0): ClaimRules {
  const variables = ['claims', 'vars'];
  const where = `oidcProviders[${index}] (issuerURL="${provider.issuerURL}")`;
  return {
    variables: (provider.variables ?? []).map(({ name, expression }) => ({
      name,
      program: inField(`${where}: invalid expression for variable "${name}"`, () =>
        compileCel(expression, { variables, result: 'any' }),
      ),
    })),
    validations: (provider.validations ?? []).map(({ message, expression }) => ({
      message,
      program: inField(`${where}: invalid expression for validation "${message}"`, () =>
        compileCel(expression, { variables, result: 'bool' }),
      ),
    })),
  };
}

/** The same failure, with the field that it is in. */
function inField<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    throw new FluxError('FLUX_E_RECEIVER_EXPRESSION', `${where}: ${error.message}`, {
      reason: 'InvalidCELExpression',
      terminal: true,
      cause: error,
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

/**
 * Holds verified claims against the rules of their issuer.
 * @throws FluxError FLUX_E_RECEIVER_CLAIMS with the messages of all validations that failed
 */
export function checkClaims(rules: ClaimRules, claims: Readonly<Record<string, unknown>>): void {
  const vars: Record<string, unknown> = {};
  const evaluate = <R extends 'any' | 'bool'>(program: CelProgram<R>, what: string) => {
    try {
      return program.evaluate({ claims, vars }, { doubles: ['claims', 'vars'] });
    } catch (cause) {
      throw claimsRefused(`failed to evaluate ${what}: ${errorText(cause)}`, cause);
    }
  };
  for (const { name, program } of rules.variables) vars[name] = evaluate(program, `variable "${name}"`);
  const failures = rules.validations.filter(({ program }) => evaluate(program, 'validation') !== true);
  if (failures.length > 0) {
    throw claimsRefused(`token validation failed: ${failures.map(({ message }) => message).join('; ')}`);
  }
}

function claimsRefused(message: string, cause?: unknown): FluxError {
  return new FluxError('FLUX_E_RECEIVER_CLAIMS', message, {
    hint: 'the token is genuine, but spec.oidcProviders asks for other claims',
    ...(cause === undefined ? {} : { cause }),
  });
}
