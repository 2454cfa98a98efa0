import type { X509Certificate } from 'node:crypto';

/** What of a signature is checked beside its integrity, which always is. */
export type CheckName = 'authenticity' | 'authenticTimestamp' | 'expiry' | 'revocation';

/** What a failed check leads to. */
export type CheckAction = 'enforce' | 'log' | 'skip';

/** A statement of a trust policy: whose signatures count for some repositories, and how strictly they are checked. */
export interface TrustStatement {
  readonly name: string;
  readonly level: 'strict' | 'permissive' | 'audit' | 'skip';
  readonly actions: Readonly<Record<CheckName, CheckAction>>;
  readonly trustStores: readonly string[];
  /** Attributes of a subject, all of which the signer's has to have; undefined: everyone whom the authorities know. */
  readonly identities: readonly ReadonlyMap<string, string>[] | undefined;
}

/** A signature as its envelope says, before anything is believed. */
export interface Envelope {
  /** The bytes that were signed. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly algorithm: SigningAlgorithm;
  /** Of the signer first, of the authority last. */
  readonly chain: readonly X509Certificate[];
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** Signed attributes by name; times in ms since 1970. */
  readonly scheme: string;
  readonly signingTime: number | undefined;
  readonly expiry: number | undefined;
  /** Attributes that whoever checks has to understand. */
  readonly critical: readonly string[];
  readonly hasTimestamp: boolean;
}

/** Algorithms by JWS' names. */
export type SigningAlgorithm = 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512';

/** Whether a certificate was revoked. */
export interface Revocation {
  /** @throws CheckFailure when it was, or when that cannot be found out */
  check(chain: readonly X509Certificate[]): Promise<void>;
}
