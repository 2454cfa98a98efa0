import type { OciClient, Repository } from '../../oci/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { verifyNotation } from '../../signature/notation/verify.ts';
import { readPublicKey } from '../../signature/public-key.ts';
import type { CosignPolicy } from '../../signature/types.ts';
import { verifyCosign } from '../../signature/verify.ts';
import { readRawSecret, readSecret, type SecretAccess } from '../secrets.ts';
import { notationHint, nothingToTrust } from './errors.ts';

/** `spec.verify` of OCIRepository and HelmChart. */
export interface VerifySpec {
  readonly provider: 'cosign' | 'notation';
  readonly secretRef?: { readonly name: string };
  readonly matchOIDCIdentity?: readonly { readonly issuer: string; readonly subject: string }[];
  readonly trustedRootSecretRef?: { readonly name: string };
}

export interface TrustOptions extends SecretAccess {
  /** `trusted_root.json` where an object names none: that of `--sigstore-trusted-root`, else that of Sigstore's public instance. */
  readonly trustedRoot?: () => Promise<string>;
  readonly egress: Egress;
}

export interface VerifyRequest {
  readonly policy: VerifySpec;
  /** Of the Secrets. */
  readonly namespace: string;
  readonly client: OciClient;
  readonly repository: Repository;
  readonly digest: string;
  readonly signal: AbortSignal;
}

const reason = 'VerificationError';
const trustedRootKey = 'trusted_root.json';
const trustPolicyKey = 'trustpolicy.json';

/** `ignored`: the policy leaves it open (level skip or audit of notation); the artifact may be used and is not called verified. */
export type Verdict = { readonly kind: 'verified' | 'ignored'; readonly signer?: string };

/**
 * Checks that somebody whom the policy trusts signed a digest.
 * @throws FluxError FLUX_E_SIGNATURE_…, FLUX_E_SECRET, FLUX_E_OCI_…
 */
export async function verifyArtifact(request: VerifyRequest, options: TrustOptions): Promise<Verdict> {
  const { client, repository, digest, signal } = request;
  if (request.policy.provider === 'notation')
    return verifyNotation({ client, repository, digest, signal, ...(await notationTrust(request, options)) });
  const policy = await cosignPolicy(request, options);
  const { signer } = await verifyCosign({ client, ref: repository, digest, policy, signal });
  return { kind: 'verified', signer };
}

async function notationTrust({ policy, namespace, signal }: VerifyRequest, options: TrustOptions) {
  const name = policy.secretRef?.name;
  if (name === undefined) throw nothingToTrust('verification secret cannot be empty', notationHint);
  const secret = `'${namespace}/${name}'`;
  const data = Object.entries(await readRawSecret(options, { namespace, name }, reason, signal)).map(
    ([key, value]) => [key, Buffer.from(value, 'base64')] as const,
  );
  const [, trustPolicy] = data.find(([key]) => key === trustPolicyKey) ?? [];
  if (!trustPolicy) throw nothingToTrust(`'${trustPolicyKey}' not found in secret ${secret}`, notationHint);
  const certificates = data.filter(([key]) => /\.(crt|pem)$/.test(key));
  if (certificates.length === 0)
    throw nothingToTrust(`no certificates found in secret ${secret}`, notationHint);
  return { trustPolicy: trustPolicy.toString(), certificates, egress: options.egress };
}

async function cosignPolicy(
  { policy, namespace, signal }: VerifyRequest,
  options: TrustOptions,
): Promise<CosignPolicy> {
  const read = (name: string) => readSecret(options, { namespace, name }, reason, signal);
  const { secretRef, trustedRootSecretRef, matchOIDCIdentity = [] } = policy;
  if (secretRef) {
    const entries = Object.entries(await read(secretRef.name)).filter(([key]) => key.endsWith('.pub'));
    if (entries.length === 0)
      throw nothingToTrust(`Secret ${namespace}/${secretRef.name} has no key that ends with .pub`);
    return { kind: 'keys', keys: entries.map(([key, pem]) => readPublicKey(key, pem)) };
  }
  const own = trustedRootSecretRef ? (await read(trustedRootSecretRef.name))[trustedRootKey] : undefined;
  if (trustedRootSecretRef && own === undefined)
    throw nothingToTrust(
      `'${trustedRootKey}' not found in secret '${namespace}/${trustedRootSecretRef.name}'`,
    );
  const trustedRoot = own ?? (await options.trustedRoot?.());
  if (trustedRoot === undefined) throw nothingToTrust('there is no trusted root for keyless signatures');
  return { kind: 'keyless', trustedRoot, identities: matchOIDCIdentity };
}
