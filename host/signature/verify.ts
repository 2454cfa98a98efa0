import { formatReference } from '../oci/reference.ts';
import { type Candidate, candidates } from './candidates.ts';
import { checkWithKeys } from './check-keys.ts';
import { CheckFailure, notSigned, notTrusted } from './errors.ts';
import { identityCheck } from './identity.ts';
import type { CosignPolicy, VerifiedSignature, VerifyOptions } from './types.ts';

/**
 * Verifies that a digest is signed by someone whom the policy names: with cosign 3 (a bundle among the referrers) or cosign 2 (the tag `sha256-<hex>.sig`).
 * One good signature is enough. The registry is asked; nothing else of the network is.
 * @throws FluxError FLUX_E_SIGNATURE_MISSING, FLUX_E_SIGNATURE_INVALID with the check that each signature failed; FLUX_E_SIGNATURE_IDENTITY,
 * FLUX_E_SIGNATURE_TRUST_ROOT for a policy that cannot be used; FLUX_E_OCI_… of the registry
 */
export async function verifyCosign(options: VerifyOptions): Promise<VerifiedSignature> {
  const { ref, digest, policy } = options;
  const check = await checkFor(policy, digest);
  const failures: { name: string; failure: CheckFailure }[] = [];
  for await (const candidate of candidates(options)) {
    try {
      if (candidate.format === 'unreadable') throw candidate.failure;
      return { format: candidate.format, signer: check(candidate) };
    } catch (error) {
      if (!(error instanceof CheckFailure)) throw error;
      failures.push({ name: candidate.name, failure: error });
    }
  }
  const what = formatReference({ registry: ref.registry, name: ref.name, digest });
  throw failures.length === 0 ? notSigned(what) : notTrusted(what, failures);
}

type Check = (candidate: Exclude<Candidate, { format: 'unreadable' }>) => string;

async function checkFor(policy: CosignPolicy, digest: string): Promise<Check> {
  if (policy.kind === 'keys') return (candidate) => checkWithKeys(candidate, digest, policy.keys);
  const identity = identityCheck(policy.identities);
  // Certificates and logs need large libraries, which many hosts never do.
  const [{ checkKeyless }, { readTrustedRoot }] = await Promise.all([
    import('./check-keyless.ts'),
    import('./trusted-root.ts'),
  ]);
  const keyless = { trust: readTrustedRoot(policy.trustedRoot), identity };
  return (candidate) => checkKeyless(candidate, digest, keyless);
}
