import { FluxError } from '../../errors/flux-error.ts';
import type { PluginUse } from '../../plugins/types.ts';
import type { Data } from '../secrets.ts';

/** How one GitRepository is reached: what the host adds on the way out, and what the plugin has to see itself. */
export interface GitConnection extends Pick<PluginUse, 'address' | 'secret' | 'unseen' | 'tls' | 'proxy'> {
  readonly address: string;
}

/**
 * From the referenced Secrets to a connection. HTTP credentials, CA, client certificate and proxy stay in the host.
 * @throws FluxError with reason AuthenticationFailed or URLInvalid when keys are missing or do not go together (Flux's wording)
 */
export function gitConnection(url: string, auth: Data | undefined, proxy: Data | undefined): GitConnection {
  const target = parseGitUrl(url);
  const address = withoutUserinfo(url);
  const via = proxy ? { proxy: proxyOf(proxy) } : {};
  if (target.protocol === 'ssh:') return { address, ...via, secret: sshSecret(auth ?? {}) };
  const secret = httpSecret(target, auth ?? {});
  const tls = tlsOf(auth ?? {});
  return {
    address,
    ...via,
    ...(tls && target.protocol === 'https:' ? { tls } : {}),
    ...(secret ? { secret, unseen: Object.keys(secret) } : {}),
  };
}

/** The URL as the plugin and messages get it: without user and password. */
export function withoutUserinfo(url: string): string {
  const target = parseGitUrl(url);
  if (target.protocol === 'ssh:') return url;
  target.username = '';
  target.password = '';
  return target.toString();
}

/** @throws FluxError with reason URLInvalid */
export function parseGitUrl(url: string): URL {
  try {
    return new URL(url);
  } catch (error) {
    throw new FluxError('FLUX_E_GIT_URL', `failed to parse url '${url}'`, {
      reason: 'URLInvalid',
      terminal: true,
      cause: error,
      hint: 'use https://host/path, http://host/path or ssh://user@host/path',
    });
  }
}

/** What the credentials of the git plugin are made of. */
function httpSecret(target: URL, auth: Data): Readonly<Record<string, string>> | undefined {
  const transport = target.protocol.slice(0, -1);
  const token = auth['bearerToken']?.trim();
  const username = auth['username'] ?? decodeURIComponent(target.username);
  const password = auth['password'] ?? decodeURIComponent(target.password);
  if (token) return encoded({ bearerToken: token });
  if (password && !username) throw invalid(transport, "'password' requires 'username' to be set");
  return username ? encoded({ username, password }) : undefined;
}

function encoded(data: Data): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
}

/** CA and client certificate of a Secret; the old names are understood, too. */
export function tlsOf(auth: Data): PluginUse['tls'] | undefined {
  const ca = auth['ca.crt'] ?? auth['caFile'];
  const cert = auth['tls.crt'] ?? auth['certFile'];
  const key = auth['tls.key'] ?? auth['keyFile'];
  if (Boolean(cert) !== Boolean(key)) {
    throw invalid('https', "'tls.crt' and 'tls.key' go together: a client certificate needs both");
  }
  if (!ca && !cert) return undefined;
  return { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) };
}

function sshSecret(auth: Data): Readonly<Record<string, string>> {
  if (!auth['identity']) throw invalid('ssh', "'identity' is required");
  if (!auth['known_hosts']) throw invalid('ssh', "'known_hosts' is required");
  const { identity, known_hosts, password } = auth;
  return encoded({ identity, known_hosts, ...(password ? { password } : {}) });
}

/** @throws FluxError when the Secret has no address */
export function proxyOf(proxy: Data): NonNullable<PluginUse['proxy']> {
  const address = proxy['address']?.trim();
  if (!address) {
    throw new FluxError(
      'FLUX_E_GIT_AUTH',
      "failed to configure proxy options: 'address' is required in the proxy secret",
      {
        reason: 'AuthenticationFailed',
      },
    );
  }
  return {
    url: address,
    ...(proxy['username'] ? { username: proxy['username'] } : {}),
    ...(proxy['password'] ? { password: proxy['password'] } : {}),
  };
}

function invalid(transport: string, what: string): FluxError {
  return new FluxError(
    'FLUX_E_GIT_AUTH',
    `failed to configure authentication options: invalid '${transport}' auth option: ${what}`,
    { reason: 'AuthenticationFailed' },
  );
}
