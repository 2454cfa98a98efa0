import { decodeBase64, encodeBase64, encodeBase64Url, PluginError, sha1 } from '@flux-host/sdk/typescript';
import { signedToken } from '../notifier-common/rsa/jwt.ts';
import { privateKeyOf } from '../notifier-common/rsa/private-key.ts';

const certificates = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;
/** Seconds. */
const life = 600;

/** A token that proves the possession of a certificate's key (RFC 7523). @param pem the certificate, or its chain, and its key */
export function assertionOf(
  pem: string,
  { audience, client, sendChain, now }: { audience: string; client: string; sendChain: boolean; now: number },
): string {
  const chain = [...pem.matchAll(certificates)].map(([, base64 = '']) =>
    decodeBase64(base64.replace(/\s/g, '')),
  );
  const [leaf] = chain;
  if (!leaf) throw new PluginError('clientCertificate is no PEM with a certificate and its RSA key');
  const iat = Math.floor(now / 1000);
  const claims = {
    aud: audience,
    iss: client,
    sub: client,
    jti: crypto.randomUUID(),
    nbf: iat,
    exp: iat + life,
  };
  const header = { x5t: encodeBase64Url(sha1(leaf)) };
  try {
    const key = privateKeyOf(pem);
    return signedToken(claims, key, sendChain ? { ...header, x5c: chain.map(encodeBase64) } : header);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PluginError(`the private key of clientCertificate cannot be used: ${why}`);
  }
}
