import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { issuerFailed } from '../errors.ts';
import { fetchDocument } from './document.ts';

/** What is known of an issuer. */
export interface Issuer {
  /** Finds the key of a token by its header; throws jose's errors when there is none, or several. */
  readonly keys: JWTVerifyGetKey;
  /** Signature algorithms that it says it uses, as far as they are safe. */
  readonly algorithms: readonly string[];
}

const Discovery = Type.Object({
  issuer: Type.String(),
  jwks_uri: Type.String(),
  id_token_signing_alg_values_supported: Type.Optional(Type.Array(Type.String())),
});
const KeySet = Type.Object({
  keys: Type.Array(Type.Object({ kty: Type.String() }), { maxItems: 100 }),
});

/** Never `none`, and nothing with a shared secret. */
const safe = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'];

/**
 * Asks an issuer for its keys (OpenID Connect Discovery).
 * @param name as in the `iss` claim; Google's comes without `https://`
 * @throws FluxError FLUX_E_RECEIVER_ISSUER
 */
export async function fetchIssuer(egress: Egress, name: string): Promise<Issuer> {
  const issuer = name.includes('://') ? name : `https://${name}`;
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const discovery = await fetchDocument(egress, { issuer, url });
    if (!Value.Check(Discovery, discovery)) throw new Error(`${url} names no issuer or no jwks_uri`);
    if (discovery.issuer !== issuer) {
      throw new Error(`issuer did not match: ${url} says "${discovery.issuer}", expected "${issuer}"`);
    }
    const keys = await fetchDocument(egress, { issuer, url: discovery.jwks_uri });
    if (!isKeySet(keys)) throw new Error(`${discovery.jwks_uri} is not a set of at most 100 keys`);
    const named = discovery.id_token_signing_alg_values_supported ?? ['RS256'];
    return {
      keys: createLocalJWKSet(keys),
      algorithms: named.filter((algorithm) => safe.includes(algorithm)),
    };
  } catch (error) {
    throw issuerFailed(name, error);
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return Value.Check(KeySet, value);
}
