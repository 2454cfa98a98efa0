import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Egress } from '../sandbox/egress/egress.ts';
import type { EgressGrant } from '../sandbox/types.ts';
import { badPrincipal } from './errors.ts';
import { oauthExchange } from './request.ts';
import type { AccessToken } from './types.ts';

/** An application of Microsoft Entra ID with credentials of its own. */
export interface AzurePrincipal {
  readonly tenantId: string;
  readonly clientId: string;
  /** One of the two. */
  readonly clientSecret?: string;
  readonly certificate?: {
    /** Certificate and private key in PEM. */
    readonly pem: string;
    readonly password?: string;
    /** Sends the chain along, for applications that trust a subject name. */
    readonly sendChain: boolean;
  };
  readonly authorityHost?: string;
}

const cloud = 'Azure';
const defaultAuthority = 'https://login.microsoftonline.com/';
const assertionLife = 600;

/** @throws FluxError FLUX_E_CLOUD_… */
export async function azurePrincipalToken(
  egress: Egress,
  { scope, proxy, signal }: { scope: string; proxy?: EgressGrant['proxy']; signal?: AbortSignal },
  principal: AzurePrincipal,
): Promise<AccessToken> {
  const authority = principal.authorityHost?.trim() || defaultAuthority;
  const base = URL.parse(authority.endsWith('/') ? authority : `${authority}/`);
  if (!base) throw badPrincipal('authorityHost is no address');
  const url = new URL(`${encodeURIComponent(principal.tenantId.trim())}/oauth2/v2.0/token`, base);
  const form = {
    client_id: principal.clientId.trim(),
    scope,
    grant_type: 'client_credentials',
    ...(principal.clientSecret
      ? { client_secret: principal.clientSecret.trim() }
      : {
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertion(principal, url.href),
        }),
  };
  return oauthExchange(egress, { cloud, url: url.href, form, proxy }, signal);
}

async function assertion({ clientId, certificate }: AzurePrincipal, audience: string): Promise<string> {
  if (!certificate) throw badPrincipal('there is neither clientSecret nor clientCertificate');
  const { key, chain } = parsed(certificate);
  const [leaf] = chain;
  const issued = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({
      alg: 'RS256',
      typ: 'JWT',
      x5t: Buffer.from((leaf?.fingerprint ?? '').replaceAll(':', ''), 'hex').toString('base64url'),
      ...(certificate.sendChain ? { x5c: chain.map(({ raw }) => raw.toString('base64')) } : {}),
    })
    .setIssuer(clientId.trim())
    .setSubject(clientId.trim())
    .setAudience(audience)
    .setJti(randomUUID())
    .setNotBefore(issued)
    .setIssuedAt(issued)
    .setExpirationTime(issued + assertionLife)
    .sign(key);
}

function parsed({ pem, password }: NonNullable<AzurePrincipal['certificate']>) {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    throw badPrincipal(
      'clientCertificate has no certificate in PEM; turn PKCS#12 into PEM with: openssl pkcs12 -nodes',
    );
  }
  try {
    const key = createPrivateKey({ key: pem, ...(password ? { passphrase: password } : {}) });
    if (key.asymmetricKeyType !== 'rsa') throw new TypeError('Entra ID takes RSA keys only');
    return { key, chain: blocks.map((block) => new X509Certificate(block)) };
  } catch {
    throw badPrincipal('the private key (RSA) or the certificate in clientCertificate cannot be read');
  }
}
