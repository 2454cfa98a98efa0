import { encodeHex, sha256, sha512 } from '@flux-host/sdk/typescript';

/** Whether a text is a digest of an algorithm that the specification knows. */
export function isDigest(text: string): boolean {
  return /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

/** The digest of bytes by the algorithm of another digest. */
export function digestLike(other: string, bytes: Uint8Array): string {
  return other.startsWith('sha512:')
    ? `sha512:${encodeHex(sha512(bytes))}`
    : `sha256:${encodeHex(sha256(bytes))}`;
}
