import { CheckFailure } from './errors.ts';

/** Annotations of the layers of cosign 2. */
export const legacyAnnotation = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  bundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

/** The signature itself. @throws CheckFailure */
export function legacySignature(annotations: Readonly<Record<string, string>>): Buffer {
  const text = annotations[legacyAnnotation.signature];
  if (!text) throw new CheckFailure('it has no signature in its annotations', 'sign it with: cosign sign');
  return Buffer.from(text, 'base64');
}
