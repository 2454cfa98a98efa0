import { type Cbor, type CborMap, CborTag, decodeCbor, encodeCborList } from './cbor.ts';
import { certificate, damaged } from './jws.ts';
import type { Envelope, SigningAlgorithm } from './types.ts';

export const coseType = 'application/cose';

/** COSE's numbers (RFC 9052, 9053, 9360). */
const sign1 = 18;
const label = { algorithm: 1, critical: 2, contentType: 3, chain: 33 } as const;
const epoch = 1;
const algorithms: ReadonlyMap<Cbor, SigningAlgorithm> = new Map<Cbor, SigningAlgorithm>([
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
]);
const mostCertificates = 10;

/** Reads a signature in COSE (Sign1). @throws CheckFailure */
export function readCose(bytes: Uint8Array): Envelope {
  const message = read(bytes);
  const parts = message instanceof CborTag && message.tag === sign1 ? message.value : undefined;
  const [attributes, unsigned, payload, signature] = Array.isArray(parts) ? parts : [];
  if (!isBytes(attributes) || !isMap(unsigned) || !isBytes(payload) || !isBytes(signature))
    throw damaged('it is no COSE message with one signature');
  const signed = read(attributes);
  if (!isMap(signed)) throw damaged('its signed attributes are no map');
  const algorithm = algorithms.get(signed.get(label.algorithm) ?? null);
  const payloadType = signed.get(label.contentType);
  const scheme = signed.get('io.cncf.notary.signingScheme');
  if (!algorithm || typeof payloadType !== 'string' || typeof scheme !== 'string')
    throw damaged('its signed attributes are not those of notation');
  const critical = signed.get(label.critical) ?? [];
  return {
    signed: encodeCborList(['Signature1', attributes, new Uint8Array(0), payload]),
    signature,
    algorithm,
    chain: chainIn(unsigned.get(label.chain)),
    payloadType,
    payload,
    scheme,
    signingTime:
      timeIn(signed.get('io.cncf.notary.authenticSigningTime')) ??
      timeIn(signed.get('io.cncf.notary.signingTime')),
    expiry: timeIn(signed.get('io.cncf.notary.expiry')),
    // Numbers are attributes of COSE itself.
    critical: Array.isArray(critical) ? critical.filter((name) => typeof name === 'string') : [],
    hasTimestamp: unsigned.has('io.cncf.notary.timestampSignature'),
  };
}

function read(bytes: Uint8Array): Cbor {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    throw damaged(`it is no CBOR: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function chainIn(value: Cbor | undefined) {
  const all = Array.isArray(value) ? value : [value];
  if (all.length > mostCertificates) throw damaged('it has too many certificates');
  return all.map((one) => {
    if (!isBytes(one)) throw damaged('it has no certificates');
    return certificate(one);
  });
}

function timeIn(value: Cbor | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value instanceof CborTag && value.tag === epoch && typeof value.value === 'number')
    return value.value * 1000;
  throw damaged('it has a time that is none');
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isMap = (value: unknown): value is CborMap => value instanceof Map;
