import { encodeBase64, hmac } from '@flux-host/sdk/typescript';

/** A key of Shared Access Signatures. */
export interface SharedKey {
  readonly keyName: string;
  readonly key: string;
}

/** Seconds that a signature is good for. */
const life = 600;

/**
 * Proves with a shared key the right to use a resource.
 * @param now milliseconds since 1970
 * @returns the value of the header `Authorization`
 */
export function sharedAccessSignature(
  resource: string,
  { keyName, key, now }: SharedKey & { now: number },
): string {
  const uri = encodeURIComponent(resource.toLowerCase());
  const expiry = Math.floor(now / 1000) + life;
  const signature = encodeURIComponent(encodeBase64(hmac('sha256', key, `${uri}\n${expiry}`)));
  return `SharedAccessSignature sr=${uri}&sig=${signature}&se=${expiry}&skn=${encodeURIComponent(keyName)}`;
}
