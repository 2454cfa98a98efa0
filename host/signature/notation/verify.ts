import { X509Certificate } from 'node:crypto';
import { errorText } from '../../errors/text.ts';
import { formatReference } from '../../oci/reference.ts';
import type { Descriptor, OciClient, Repository } from '../../oci/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { CheckFailure, notTrusted } from '../errors.ts';
import { nameOf } from './chain.ts';
import { badCertificate, notSignedByNotation } from './errors.ts';
import { checkIntegrity } from './integrity.ts';
import { statementFor } from './policy.ts';
import { revocationLists } from './revocation.ts';
import { checkTrust, type Tolerated } from './trust.ts';

export interface NotationOptions {
  readonly client: OciClient;
  readonly repository: Repository;
  /** Of a manifest or index. */
  readonly digest: string;
  /** `trustpolicy.json`. */
  readonly trustPolicy: string;
  /** Certificates of authorities by name, PEM or DER. */
  readonly certificates: readonly (readonly [name: string, content: Uint8Array])[];
  readonly egress: Egress;
  /** Time of the check, ms since 1970; default: now. */
  readonly now?: number;
  readonly signal?: AbortSignal;
}

/** `ignored`: the policy does not want to know; the artifact may be used and is not called verified. */
export type NotationVerdict =
  | { readonly kind: 'verified'; readonly signer: string; readonly tolerated: readonly Tolerated[] }
  | { readonly kind: 'ignored'; readonly tolerated: readonly Tolerated[] };

const signatureType = 'application/vnd.cncf.notary.signature';
/** As in Flux: whoever may push could attach any number. */
const most = 3;
const largest = 4 * 2 ** 20;

/**
 * Verifies the signatures of notation (Notary Project) of a digest, as its trust policy wants. One good signature is enough.
 * @throws FluxError FLUX_E_SIGNATURE_POLICY, FLUX_E_SIGNATURE_MISSING, FLUX_E_SIGNATURE_INVALID, FLUX_E_OCI_…
 */
export async function verifyNotation(options: NotationOptions): Promise<NotationVerdict> {
  const { client, repository, digest, signal } = options;
  const statement = statementFor(options.trustPolicy, formatReference(repository));
  if (statement.level === 'skip') return { kind: 'ignored', tolerated: [] };
  const call = signal ? { signal } : {};
  const what = formatReference({ ...repository, digest });
  const roots = options.certificates.flatMap(([name, content]) => certificatesIn(name, content));
  const artifact = await client.resolve({ ...repository, digest }, call);
  const found = await client.referrers({ ...repository, digest }, { ...call, artifactType: signatureType });
  if (found.length === 0) throw notSignedByNotation(what);
  const trust = {
    statement,
    roots,
    revocation: revocationLists(options.egress, signal),
    now: options.now ?? Date.now(),
  };
  const failures: { name: string; failure: CheckFailure }[] = [];
  for (const descriptor of found.slice(0, most)) {
    try {
      const envelope = checkIntegrity(await signatureOf(options, descriptor), artifact);
      const tolerated = await checkTrust(envelope, trust);
      const [leaf] = envelope.chain;
      const isTrusted = leaf && !tolerated.some(({ check }) => check === 'authenticity');
      return isTrusted
        ? { kind: 'verified', signer: nameOf(leaf), tolerated }
        : { kind: 'ignored', tolerated };
    } catch (error) {
      if (!(error instanceof CheckFailure)) throw error;
      failures.push({ name: `signature ${descriptor.digest}`, failure: error });
    }
  }
  throw notTrusted(what, failures);
}

async function signatureOf({ client, repository, signal }: NotationOptions, { digest }: Descriptor) {
  const call = signal ? { signal } : {};
  const { content } = await client.manifest({ ...repository, digest }, call);
  const [layer, ...more] = content.kind === 'image' ? content.manifest.layers : [];
  if (!layer || more.length > 0)
    throw new CheckFailure('it is not one signature', 'sign it again with: notation sign');
  if (layer.size > largest)
    throw new CheckFailure(`its ${layer.size} bytes are too many for a signature`, 'sign it again');
  const bytes = await client.readBlob(repository, layer, { ...call, maxBytes: largest });
  return { mediaType: layer.mediaType, bytes };
}

function certificatesIn(name: string, content: Uint8Array): X509Certificate[] {
  const text = Buffer.from(content).toString('latin1');
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  try {
    return (blocks ?? [content]).map((one) => new X509Certificate(one));
  } catch (error) {
    throw badCertificate(name, errorText(error));
  }
}
