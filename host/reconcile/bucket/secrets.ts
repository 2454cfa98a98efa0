import type { PluginUse } from '../../plugins/types.ts';
import type { Data } from '../secrets.ts';
import { badSecret } from './errors.ts';

/** @throws FluxError when the Secret has no address */
export function proxyOf(data: Data): NonNullable<PluginUse['proxy']> {
  const url = data['address']?.trim();
  if (!url) {
    throw badSecret(
      "failed to get proxy URL: invalid proxy secret: key 'address' is missing",
      'the Secret of spec.proxySecretRef needs the address of the proxy: http://proxy.example.com:3128',
    );
  }
  const [username, password] = [data['username'], data['password']];
  return { url, ...(username ? { username } : {}), ...(password ? { password } : {}) };
}

/** Authority and client certificate. @throws FluxError when a certificate comes without its key, or there is nothing */
export function tlsOf(name: string, data: Data): NonNullable<PluginUse['tls']> {
  const [ca, cert, key] = [data['ca.crt'], data['tls.crt'], data['tls.key']];
  if (Boolean(cert) !== Boolean(key) || !(ca || cert)) {
    throw badSecret(
      `failed to get TLS config: invalid TLS secret '${name}': it needs ca.crt, or tls.crt and tls.key`,
      'flux create secret tls makes a complete Secret',
    );
  }
  return { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) };
}
