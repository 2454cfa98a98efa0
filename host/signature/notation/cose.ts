import { type DecodeOptions, decode, encode } from 'cborg';
import { certificate, damaged } from './jws.ts';
import type { Envelope, SigningAlgorithm } from './types.ts';

export const coseType = 'application/cose';

/** COSE's numbers (RFC 9052, 9053, 9360). */
const sign1 = 18;
const label = { algorithm: 1, critical: 2, contentType: 3, chain: 33 } as const;
const epoch = 1;
const algorithms: ReadonlyMap<unknown, SigningAlgorithm> = new Map<unknown, SigningAlgorithm>([
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
]);
const mostCertificates = 10;

/** An item with a tag that says what it is. */
class Tagged {
  readonly tag: number;
  readonly value: unknown;
  constructor(tag: number, value: unknown) {
    this.tag = tag;
    this.value = value;
  }
}

/** What COSE uses of CBOR: the rest is refused. */
const options: DecodeOptions = {
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  useMaps: true,
  tags: Object.fromEntries([sign1, epoch].map((tag) => [tag, (value) => new Tagged(tag, value())])),
};

/** Reads a signature in COSE (Sign1). @throws CheckFailure */
export function readCose(bytes: Uint8Array): Envelope {
  const message = read(bytes);
  const parts = message instanceof Tagged && message.tag === sign1 ? message.value : undefined;
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
    signed: encode(['Signature1', attributes, new Uint8Array(0), payload]),
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

function read(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, options);
  } catch (error) {
    throw damaged(`it is no CBOR: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function chainIn(value: unknown) {
  const all = Array.isArray(value) ? value : [value];
  if (all.length > mostCertificates) throw damaged('it has too many certificates');
  return all.map((one) => {
    if (!isBytes(one)) throw damaged('it has no certificates');
    return certificate(one);
  });
}

function timeIn(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Tagged && value.tag === epoch && typeof value.value === 'number')
    return value.value * 1000;
  throw damaged('it has a time that is none');
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isMap = (value: unknown): value is ReadonlyMap<unknown, unknown> => value instanceof Map;
