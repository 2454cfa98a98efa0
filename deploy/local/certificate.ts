import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';

const day = 24 * 60 * 60 * 1000;

function certificates(layout: Layout): X509Certificate[] {
  const pem = readFileSync(join(layout.certs, 'apiserver.crt'), 'utf8');
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** Removes a certificate that expires within a day, so that the API server makes a new one. */
export function dropExpiring(layout: Layout): void {
  let expires: number;
  try {
    expires = Math.min(...certificates(layout).map((certificate) => Date.parse(certificate.validTo)));
  } catch {
    return;
  }
  if (expires - Date.now() > day) return;
  for (const file of ['apiserver.crt', 'apiserver.key', 'ca.crt']) {
    rmSync(join(layout.certs, file), { force: true });
  }
}

/**
 * The authority that signed the API server's certificate, which that server wrote behind its own certificate.
 * Also puts it into `ca.crt`, from where it gets into every namespace's `kube-root-ca.crt`.
 * @returns PEM; nothing as long as the server has not written it
 */
export function readAuthority(layout: Layout): string | undefined {
  try {
    const authority = certificates(layout).filter((certificate) => certificate.ca);
    if (authority.length === 0) return undefined;
    const pem = authority.map((certificate) => certificate.toString()).join('');
    writeFileSync(join(layout.certs, 'ca.crt'), pem);
    return pem;
  } catch {
    return undefined;
  }
}
