const encoder = new TextEncoder();

/** UTF-8. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/**
 * @param fatal refuse bytes that are no UTF-8, instead of replacing them
 * @throws TypeError when `fatal` and they are not
 */
export function decodeUtf8(bytes: Uint8Array | ArrayBuffer, { fatal = false } = {}): string {
  return new TextDecoder('utf-8', { fatal }).decode(bytes);
}

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** @throws SyntaxError when the text is not base64, with or without padding */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text);
}

/** base64 for URLs and JSON Web Tokens: `-` and `_`, without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

/** @throws SyntaxError when the text is not base64url */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: 'base64url' });
}

/** Lower-case hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/** @throws SyntaxError when the text is not hexadecimal */
export function decodeHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text);
}
