import {
  type Bundle,
  type BundleWithDsseEnvelope,
  bundleFromJSON,
  isBundleWithDsseEnvelope,
} from '@sigstore/bundle';
import { errorText } from '../errors/text.ts';
import { CheckFailure } from './errors.ts';

/** Reads a Sigstore bundle with a DSSE envelope, which is what cosign attaches to images. @throws CheckFailure */
export function readBundle(bytes: Uint8Array): BundleWithDsseEnvelope {
  const bundle = parse(bytes);
  if (!isBundleWithDsseEnvelope(bundle))
    throw new CheckFailure('it has no envelope with a statement', 'sign it with: cosign sign');
  return bundle;
}

function parse(bytes: Uint8Array): Bundle {
  try {
    return bundleFromJSON(JSON.parse(Buffer.from(bytes).toString()));
  } catch (error) {
    throw new CheckFailure(`it is no Sigstore bundle (${errorText(error)})`, 'sign it with: cosign sign');
  }
}
