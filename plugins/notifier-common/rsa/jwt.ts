import { encodeBase64Url, encodeUtf8 } from '@flux-host/sdk/typescript';
import { PKCS1_SHA256 } from 'micro-rsa-dsa-dh/rsa.js';
import type { PrivateKey } from './private-key.ts';

/** A JSON Web Token, signed with RS256. */
export function signedToken(
  claims: Readonly<Record<string, unknown>>,
  key: PrivateKey,
  header: Readonly<Record<string, unknown>> = {},
): string {
  const part = (value: unknown) => encodeBase64Url(encodeUtf8(JSON.stringify(value)));
  const text = `${part({ alg: 'RS256', typ: 'JWT', ...header })}.${part(claims)}`;
  return `${text}.${encodeBase64Url(PKCS1_SHA256.sign(key, encodeUtf8(text)))}`;
}
