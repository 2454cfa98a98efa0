import type { Provider } from '@flux-host/crds/notification/provider.ts';
import { parseYaml } from '../../build/yaml/parse.ts';
import type { KubeClient } from '../../kube/types.ts';
import type { Redactor } from '../../observability/redact.ts';
import type { PluginUse } from '../../plugins/types.ts';
import { invalidProvider } from '../errors.ts';
import type { Traits } from '../routing/route.ts';
import { proxyOf, proxyOfSecret } from './proxy.ts';
import { providerSecret, type SecretData, textOf } from './secret.ts';
import { requiredTls, tlsOf } from './tls.ts';

/** How a Provider's service is reached. */
export interface Access extends Pick<PluginUse, 'secret' | 'tls' | 'proxy'> {
  readonly address?: string;
  readonly username?: string;
  /** For masking it in errors as Flux does. */
  readonly token: string;
}

export interface AccessOptions {
  readonly client: KubeClient;
  readonly redactor: Redactor;
}

const maxAddress = 2048;

/**
 * Reads what a Provider refers to. What the Secret has outweighs the spec.
 * @throws FluxError FLUX_E_NOTIFY_PROVIDER
 */
export async function providerAccess(
  provider: Provider,
  { client, redactor }: AccessOptions,
  { traits, signal }: { traits: Traits; signal: AbortSignal },
): Promise<Access> {
  const { spec, metadata } = provider;
  const namespace = metadata.namespace ?? '';
  const read = (ref: { name: string } | undefined) =>
    ref ? providerSecret(client, { namespace, name: ref.name }, signal) : undefined;
  const [secret, certificates, proxySecret] = await Promise.all([
    read(spec.secretRef),
    read(spec.certSecretRef),
    read(spec.proxySecretRef),
  ]);
  for (const data of [secret, certificates, proxySecret]) if (data) hide(data, redactor);
  const own = secret ?? {};
  checkSecret(own);
  const address = textOf(own, 'address')?.trim() ?? spec.address;
  const username = textOf(own, 'username') ?? spec.username;
  const tls = certificates
    ? requiredTls(certificates, `${namespace}/${spec.certSecretRef?.name}`)
    : traits.has('commit-status')
      ? tlsOf(own)
      : undefined;
  const proxy = proxySecret
    ? proxyOfSecret(proxySecret, `${namespace}/${spec.proxySecretRef?.name}`)
    : deprecatedProxy(textOf(own, 'proxy')?.trim() ?? spec.proxy);
  return {
    ...(secret ? { secret: withUsername(secret, spec.username) } : {}),
    ...(address ? { address } : {}),
    ...(username ? { username } : {}),
    ...(tls ? { tls } : {}),
    ...(proxy ? { proxy } : {}),
    token: textOf(own, 'token')?.trim() ?? '',
  };
}

/** A password in the Secret may go with the user name of the spec. */
function withUsername(secret: SecretData, username: string | undefined): SecretData {
  if (!username || secret['username'] !== undefined) return secret;
  return { ...secret, username: Buffer.from(username).toString('base64') };
}

function deprecatedProxy(address: string | undefined): ReturnType<typeof proxyOf> | undefined {
  return address ? proxyOf(address, "'proxy'") : undefined;
}

function checkSecret(data: SecretData): void {
  const length = textOf(data, 'address')?.length ?? 0;
  if (length > maxAddress) {
    throw invalidProvider(`invalid address in secret: address exceeds maximum length of ${maxAddress} bytes`);
  }
  if (data['headers'] !== undefined) headersOf(data);
}

/** Values of the entry `headers`, a YAML map of names to values. */
function headersOf(data: SecretData): string[] {
  let headers: unknown;
  try {
    headers = parseYaml(textOf(data, 'headers') ?? '');
  } catch {
    // The parser's message shows the line, which is secret.
    throw wrongHeaders('it is no YAML');
  }
  if (headers === null) return [];
  if (typeof headers !== 'object' || Array.isArray(headers)) throw wrongHeaders('it is no map');
  return Object.values(headers).map(String);
}

const wrongHeaders = (why: string) =>
  invalidProvider(`failed to read headers from secret: ${why}`, {
    hint: 'write one header a line, like X-Team: apps',
  });

/** Entries that would only make messages unreadable if they were masked. */
const publicKeys = new Set(['username', 'ca.crt', 'caFile', 'tls.crt', 'certFile']);

/** Unlike a repository's, the address of a webhook is a secret when it is kept in one. */
function hide(data: SecretData, redactor: Redactor): void {
  for (const key of Object.keys(data)) {
    const value = textOf(data, key)?.trim() ?? '';
    if (publicKeys.has(key)) continue;
    redactor.add(value);
    if (key === 'headers') for (const header of safely(() => headersOf(data))) redactor.add(header);
    if (key === 'address' && URL.canParse(value)) {
      const { pathname, search } = new URL(value);
      if (pathname.length > 16) redactor.add(`${pathname}${search}`);
    }
  }
}

function safely(values: () => string[]): string[] {
  try {
    return values();
  } catch {
    return [];
  }
}
