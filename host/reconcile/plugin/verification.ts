import { createHash } from 'node:crypto';
import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { readPublicKey } from '../../signature/public-key.ts';
import type { CosignPolicy } from '../../signature/types.ts';
import { readSecret, type SecretAccess } from '../secrets.ts';
import { unverifiable } from './errors.ts';

export interface VerificationOptions extends SecretAccess {
  readonly runtimeNamespace: string;
  /** `trusted_root.json` for Plugins whose Secret has none (`--sigstore-trusted-root`). */
  readonly trustedRoot?: string;
}

/** Who has to have signed a plugin's image. */
export interface VerificationPolicy {
  readonly signers: CosignPolicy;
  /** Changes with policy and keys: what was verified under another one is not verified. */
  readonly fingerprint: string;
}

/**
 * The policy of a Plugin with the keys of its Secret; undefined when nothing has to be verified.
 * @throws FluxError FLUX_E_SECRET, FLUX_E_SIGNATURE_KEY, FLUX_E_PLUGIN_VERIFY when it could never be met
 */
export async function policyOf(
  { spec }: Plugin,
  { runtimeNamespace, ...access }: VerificationOptions,
  signal: AbortSignal,
): Promise<VerificationPolicy | undefined> {
  const { verify } = spec;
  if (!verify) return undefined;
  const { name, namespace = runtimeNamespace } = verify.secretRef ?? { name: '' };
  const data = name ? await readSecret(access, { namespace, name }, 'VerificationError', signal) : {};
  const keys = Object.entries(data).filter(([key]) => key.endsWith('.pub'));
  const identities = verify.matchOIDCIdentity ?? [];
  const trustedRoot = data['trusted_root.json'] ?? access.trustedRoot;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([keys.toSorted(), identities, trustedRoot ?? null]))
    .digest('hex');
  // Keys are the narrower choice: who has one needs no identity.
  if (keys.length > 0) {
    return {
      fingerprint,
      signers: { kind: 'keys', keys: keys.map(([key, pem]) => readPublicKey(key, pem)) },
    };
  }
  if (identities.length === 0)
    throw unverifiable(`Secret ${namespace}/${name} has no key that ends with .pub`);
  if (trustedRoot === undefined) throw unverifiable('there is no trusted root for keyless signatures');
  return { fingerprint, signers: { kind: 'keyless', trustedRoot, identities } };
}
