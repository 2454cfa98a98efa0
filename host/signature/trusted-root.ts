import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type TrustMaterial, toTrustMaterial } from '@sigstore/verify';
import { errorText } from '../errors/text.ts';
import { badTrustedRoot } from './errors.ts';

const largest = 1024 * 1024;

/** Reads a `trusted_root.json`. @throws FluxError FLUX_E_SIGNATURE_TRUST_ROOT */
export function readTrustedRoot(text: string): TrustMaterial {
  if (text.length > largest) throw badTrustedRoot(`it has more than ${largest} characters`);
  const material = parse(text);
  if (material.certificateAuthorities.length === 0) throw badTrustedRoot('it has no certificate authorities');
  return material;
}

function parse(text: string): TrustMaterial {
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(text)));
  } catch (error) {
    throw badTrustedRoot(errorText(error));
  }
}
