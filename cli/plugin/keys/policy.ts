import type { CosignPolicy } from '@flux-host/host/signature/types.ts';
import { usageError } from '../../command/errors.ts';
import type { Flags, Invocation } from '../../command/types.ts';
import { readInput } from '../wasm/module.ts';
import { authorKeyFiles, authorPublicKey, publicKeyInFile } from './author-key.ts';

/** Whose signature counts; cosign's names. */
export const policyFlags: Flags = {
  key: { type: 'string', about: 'path to the public key that has to have signed; default: your own' },
  'certificate-identity': {
    type: 'string',
    about: 'regular expression for the subject that has to have signed, for signatures without a key',
  },
  'certificate-oidc-issuer': {
    type: 'string',
    about: 'regular expression for the issuer of the identity, for signatures without a key',
  },
  'trusted-root': {
    type: 'string',
    about: 'path to a trusted_root.json of Sigstore, for signatures without a key',
  },
};

/**
 * What the flags demand of a signature; without any the user's own key.
 * @throws FluxError FLUX_E_CLI_USAGE when that is nobody
 */
export async function policyFrom({ flags, io }: Pick<Invocation, 'flags' | 'io'>): Promise<CosignPolicy> {
  const subject = flags.text('certificate-identity');
  const issuer = flags.text('certificate-oidc-issuer');
  const root = flags.text('trusted-root');
  const file = flags.text('key');
  if (file && (subject || issuer)) throw usageError('--key and --certificate-identity exclude each other');
  if (file) return { kind: 'keys', keys: [(await publicKeyInFile(file, io.cwd)).key] };
  if (subject || issuer) {
    if (!subject || !issuer || !root) {
      throw usageError(
        'a signature without a key needs --certificate-identity, --certificate-oidc-issuer and --trusted-root',
      );
    }
    const trustedRoot = (await readInput(root, io.cwd)).toString('utf8');
    return { kind: 'keyless', trustedRoot, identities: [{ issuer, subject }] };
  }
  const own = await authorPublicKey(io);
  if (own) return { kind: 'keys', keys: [own.key] };
  throw usageError(
    `whose signature has to be there? --key or --certificate-identity says so`,
    `without them your own key is taken, ${authorKeyFiles(io.env).publicKey}, which does not exist`,
  );
}
