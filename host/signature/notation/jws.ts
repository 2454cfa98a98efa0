import { X509Certificate } from 'node:crypto';
import Type from 'typebox';
import Value from 'typebox/value';
import { CheckFailure } from '../errors.ts';
import { signAgain } from './hints.ts';
import type { Envelope } from './types.ts';

const Jws = Type.Object({
  payload: Type.String(),
  protected: Type.String(),
  signature: Type.String(),
  header: Type.Object({
    x5c: Type.Array(Type.String(), { minItems: 1, maxItems: 10 }),
    'io.cncf.notary.timestampSignature': Type.Optional(Type.String()),
  }),
});

const Protected = Type.Object({
  alg: Type.Union(
    (['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const).map((name) => Type.Literal(name)),
  ),
  cty: Type.String(),
  crit: Type.Optional(Type.Array(Type.String())),
  'io.cncf.notary.signingScheme': Type.String(),
  'io.cncf.notary.signingTime': Type.Optional(Type.String()),
  'io.cncf.notary.authenticSigningTime': Type.Optional(Type.String()),
  'io.cncf.notary.expiry': Type.Optional(Type.String()),
});

export const jwsType = 'application/jose+json';

/** Reads a signature in JSON (JWS). @throws CheckFailure */
export function readJws(bytes: Uint8Array): Envelope {
  const value = parse(Buffer.from(bytes));
  if (!Value.Check(Jws, value)) throw damaged('it is no JWS with certificates');
  const attributes = parse(Buffer.from(value.protected, 'base64url'));
  if (!Value.Check(Protected, attributes)) throw damaged('its signed attributes are not those of notation');
  const timeOf = (name: keyof typeof attributes): number | undefined => {
    const text = attributes[name];
    return typeof text === 'string' ? timeIn(text) : undefined;
  };
  return {
    signed: Buffer.from(`${value.protected}.${value.payload}`),
    signature: Buffer.from(value.signature, 'base64url'),
    algorithm: attributes.alg,
    chain: value.header.x5c.map((text) => certificate(Buffer.from(text, 'base64'))),
    payloadType: attributes.cty,
    payload: Buffer.from(value.payload, 'base64url'),
    scheme: attributes['io.cncf.notary.signingScheme'],
    signingTime: timeOf('io.cncf.notary.authenticSigningTime') ?? timeOf('io.cncf.notary.signingTime'),
    expiry: timeOf('io.cncf.notary.expiry'),
    critical: attributes.crit ?? [],
    hasTimestamp: value.header['io.cncf.notary.timestampSignature'] !== undefined,
  };
}

/** @throws CheckFailure */
export function certificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    throw damaged('a certificate in it cannot be read');
  }
}

export const damaged = (why: string): CheckFailure => new CheckFailure(why, signAgain);

function timeIn(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw damaged(`${JSON.stringify(text.slice(0, 100))} is no time`);
  return time;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw damaged('it is no JSON');
  }
}
