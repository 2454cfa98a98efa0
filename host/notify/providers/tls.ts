import type { PluginUse } from '../../plugins/types.ts';
import { invalidProvider } from '../errors.ts';
import { type SecretData, textOf } from './secret.ts';

/** Certificates of a Secret, also under the names that older versions of Flux had. */
export function tlsOf(data: SecretData): NonNullable<PluginUse['tls']> | undefined {
  const entry = (name: string, old: string) => textOf(data, name) ?? textOf(data, old);
  const ca = entry('ca.crt', 'caFile');
  const cert = entry('tls.crt', 'certFile');
  const key = entry('tls.key', 'keyFile');
  if (!ca && !cert && !key) return undefined;
  if (!cert !== !key) {
    throw invalidProvider("failed to get TLS config: 'tls.crt' and 'tls.key' go together", {
      hint: 'a client certificate needs both',
    });
  }
  return { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) };
}

/** @throws FluxError FLUX_E_NOTIFY_PROVIDER when there is nothing in it */
export function requiredTls(data: SecretData, name: string): NonNullable<PluginUse['tls']> {
  const tls = tlsOf(data);
  if (tls) return tls;
  throw invalidProvider(`failed to get TLS config: secret '${name}' has no certificates`, {
    hint: 'give it ca.crt, or tls.crt and tls.key',
  });
}
