import type { VerifyRequest, VerifyResponse } from '@flux-host/sdk/contract/verification.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { SignedObject } from './object.ts';
import { signatureType } from './type.ts';

/** Public keys that are trusted, as texts. */
export interface TrustedKeys {
  /** Armoured OpenPGP key rings: entries `*.asc`, and others of no known ending. */
  readonly keyRings: readonly string[];
  /** Files in the format of `authorized_keys`: entries `*.sshpub`. */
  readonly authorizedKeys: readonly string[];
}

/** Sorts the entries of a Secret as Flux does. */
export function trustedKeys(data: Readonly<Record<string, string>>): TrustedKeys {
  const entries = Object.entries(data);
  const isSsh = ([name]: readonly [string, string]) => name.endsWith('.sshpub');
  return {
    keyRings: entries.filter((entry) => !isSsh(entry)).map(([, text]) => text),
    authorizedKeys: entries.filter(isSsh).map(([, text]) => text),
  };
}

/** Has a plugin check one signature. */
export type CheckSignature = (request: VerifyRequest) => Promise<VerifyResponse>;

/**
 * Checks the signature of a commit or tag.
 * @returns ID or fingerprint of the key that signed
 * @throws FluxError FLUX_E_GIT_SIGNATURE in Flux's words; what `check` throws when it cannot be asked
 */
export async function verifySignature(
  kind: 'commit' | 'tag',
  { payload, signature }: SignedObject,
  { keys, check }: { keys: TrustedKeys; check: CheckSignature },
): Promise<string> {
  const type = signatureType(signature);
  if (type !== 'openpgp' && type !== 'ssh') throw unsupported(type);
  const trusted = type === 'ssh' ? keys.authorizedKeys : keys.keyRings;
  if (trusted.length === 0) throw noKeys(type);
  return verifyAs(type, { kind, payload, signature }, { keys: trusted, check });
}

/**
 * Checks a signature that is known to be of a type.
 * @throws as {@link verifySignature}
 */
export async function verifyAs(
  type: 'openpgp' | 'ssh',
  { kind, payload, signature }: SignedObject & { kind: 'commit' | 'tag' },
  { keys, check }: { keys: readonly string[]; check: CheckSignature },
): Promise<string> {
  try {
    const bytes = Buffer.from(payload).toString('base64');
    return (await check({ type, signature, payload: bytes, keys: [...keys] })).key;
  } catch (error) {
    if (!(error instanceof FluxError) || error.code !== 'FLUX_E_PLUGIN_FAILED') throw error;
    const what = type === 'ssh' ? `${kind} SSH signature` : kind;
    throw new FluxError('FLUX_E_GIT_SIGNATURE', `unable to verify Git ${what}: ${error.message}`, {
      cause: error,
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

const unsupported = (type: string) =>
  new FluxError('FLUX_E_GIT_SIGNATURE', `unsupported signature type: ${type}`, {
    hint:
      type === 'empty'
        ? 'it is not signed: sign it with git commit -S or git tag -s, before it is pushed'
        : 'sign with OpenPGP or SSH keys (gpg.format of Git)',
  });

function noKeys(type: 'openpgp' | 'ssh'): FluxError {
  const [name, ending] = type === 'ssh' ? ['SSH', '.sshpub'] : ['PGP', '.asc'];
  return new FluxError(
    'FLUX_E_GIT_SIGNATURE',
    `${name} signature detected but no ${name} public keys found in secret (keys with ${ending} suffix)`,
    { hint: `add the public key to the Secret of spec.verify under a name that ends in ${ending}` },
  );
}
