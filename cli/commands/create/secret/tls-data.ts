import { createPrivateKey, X509Certificate } from 'node:crypto';
import { commandError, usageError } from '../../../command/errors.ts';
import type { Flags, Invocation } from '../../../command/types.ts';
import { fileText } from '../file-text.ts';
import type { NewSecret } from './publish.ts';

export const tlsFlags: Flags = {
  'tls-crt-file': { type: 'string', about: 'TLS authentication cert file path' },
  'tls-key-file': { type: 'string', about: 'TLS authentication key file path' },
  'ca-crt-file': { type: 'string', about: 'TLS authentication CA file path' },
};

/** The contents of the files that the flags name; empty where a flag is not given. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export async function readTlsFiles({ flags, io }: Invocation): Promise<TlsFiles> {
  const read = (flag: string, problem: string) =>
    flags.text(flag) ? fileText(flags.text(flag), problem, io) : '';
  return {
    ca: await read('ca-crt-file', 'unable to read TLS CA file'),
    cert: await read('tls-crt-file', 'failed to read cert file'),
    key: await read('tls-key-file', 'failed to read key file'),
  };
}

/**
 * The data of a Secret for TLS: a client certificate with its key, an authority, or both.
 * @throws FluxError when something is missing or the key is not that of the certificate; never with the key in it
 */
export function tlsData({ cert, key, ca }: TlsFiles): Pick<NewSecret, 'type' | 'stringData'> {
  if (cert && !key) throw usageError('found certificate but missing private key');
  if (key && !cert) throw usageError('found private key but missing certificate');
  if (!cert && !ca) throw usageError('no CA certificate or client certificate pair found');
  if (cert) checkPair(cert, key);
  return {
    type: cert ? 'kubernetes.io/tls' : 'Opaque',
    stringData: { ...(cert && { 'tls.crt': cert, 'tls.key': key }), ...(ca && { 'ca.crt': ca }) },
  };
}

function checkPair(cert: string, key: string): void {
  const fault = (what: string) =>
    commandError('FLUX_E_CLI_FILE', `invalid TLS certificate and key pair: ${what}`);
  const certificate = parsed(() => new X509Certificate(cert));
  if (!certificate) throw fault('failed to find any PEM data in certificate input');
  const privateKey = parsed(() => createPrivateKey(key));
  if (!privateKey) throw fault('failed to find a private key without a password in key input');
  if (!certificate.checkPrivateKey(privateKey)) throw fault('private key does not match public key');
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
