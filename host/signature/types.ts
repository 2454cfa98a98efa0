import type { KeyObject } from 'node:crypto';
import type { OciClient, Repository } from '../oci/types.ts';

/** A public key and what to call it: the name of its entry in a Secret, such as `cosign.pub`. */
export interface PublicKey {
  readonly name: string;
  readonly key: KeyObject;
}

/** Who may have signed without a key of their own: both are regular expressions in Go's syntax, found anywhere in the value unless they have `^` and `$`. */
export interface IdentityPattern {
  /** The OIDC issuer, e.g. `^https://token\.actions\.githubusercontent\.com$`. */
  readonly issuer: string;
  /** The subject, e.g. `^https://github\.com/team/app/\.github/workflows/.*$`. */
  readonly subject: string;
}

/** Whose signatures count. */
export type CosignPolicy =
  | {
      readonly kind: 'keys';
      /** One of them is enough. */
      readonly keys: readonly PublicKey[];
    }
  | {
      readonly kind: 'keyless';
      /** Content of a `trusted_root.json`: whom to believe about certificates, logs and times. */
      readonly trustedRoot: string;
      /** One of them is enough. With none everyone to whom the authorities gave a certificate may sign, as in Flux. */
      readonly identities: readonly IdentityPattern[];
    };

export interface VerifyOptions {
  readonly client: OciClient;
  readonly ref: Repository;
  /** What has to be signed: the digest of a manifest or index. */
  readonly digest: string;
  readonly policy: CosignPolicy;
  readonly signal?: AbortSignal;
}

/** A signature that was found good. */
export interface VerifiedSignature {
  /** `bundle`: cosign 3, a Sigstore bundle among the referrers; `legacy`: cosign 2, the tag `sha256-<hex>.sig`. */
  readonly format: 'bundle' | 'legacy';
  /** Who signed, for messages: `key cosign.pub`, or `<subject> (<issuer>)`. */
  readonly signer: string;
}

/** A private key that can sign. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface SignOptions {
  readonly client: OciClient;
  readonly ref: Repository;
  readonly digest: string;
  readonly key: SigningKey;
  /** Default: `bundle`, as cosign 3. */
  readonly format?: VerifiedSignature['format'];
  /** What the signer says about the image, e.g. the revision it was made from. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}
