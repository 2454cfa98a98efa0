import { readFile } from 'node:fs/promises';
import { errorText } from '../errors/text.ts';
import type { ClusterConfig, FileOrData } from './cluster.ts';
import { pluginCredentials } from './credential-plugin.ts';
import { kubeconfigError } from './errors.ts';

/** What a request needs to be let in. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly tls: TlsMaterial;
}

/** PEM blocks for the TLS handshake. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Gives the current credentials; files and plugins are asked again when they may have changed. */
export interface CredentialSource {
  get(): Promise<Credentials>;
  /** Forgets what is cached: the server refused it. */
  invalidate(): void;
}

/** client-go reads a token file again after a minute at the latest: kubelet rotates it long before it expires. */
const maxAgeMs = 60_000;

/** The credentials of a cluster configuration, cached for a minute. */
export function createCredentialSource(config: ClusterConfig): CredentialSource {
  const plugin = config.user.plugin && pluginCredentials(config.user.plugin, config);
  let cached: { readonly at: number; readonly value: Promise<Credentials> } | undefined;
  return {
    get() {
      if (cached && performance.now() - cached.at < maxAgeMs) return cached.value;
      const value = readCredentials(config, plugin?.get);
      const entry = { at: performance.now(), value };
      cached = entry;
      value.catch(() => {
        if (cached === entry) cached = undefined;
      });
      return value;
    },
    invalidate() {
      cached = undefined;
      plugin?.invalidate();
      config.user.bearer?.invalidate?.();
    },
  };
}

async function readCredentials(
  config: ClusterConfig,
  askPlugin: (() => Promise<Credentials>) | undefined,
): Promise<Credentials> {
  const { user } = config;
  const [ca, cert, key, token, asked] = await Promise.all([
    content(config.ca),
    content(user.cert),
    content(user.key),
    tokenOf(user),
    askPlugin?.(),
  ]);
  const basic = user.basic && Buffer.from(`${user.basic.username}:${user.basic.password}`).toString('base64');
  return {
    headers: {
      ...asked?.headers,
      ...(basic && { authorization: `Basic ${basic}` }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(user.impersonate && impersonationHeaders(user.impersonate)),
    },
    tls: { ...(ca && { ca }), ...asked?.tls, ...(cert && { cert }), ...(key && { key }) },
  };
}

async function tokenOf({ tokenFile, token, bearer }: ClusterConfig['user']): Promise<string | undefined> {
  if (tokenFile) return (await content({ file: tokenFile }))?.toString().trim();
  return token ?? bearer?.get();
}

async function content(from: FileOrData | undefined): Promise<Buffer | undefined> {
  if (!from) return undefined;
  if ('data' in from) return from.data;
  return readFile(from.file).catch((error: unknown) => {
    throw kubeconfigError(
      `cannot read the credentials file ${from.file}: ${errorText(error)}`,
      'check the path in the kubeconfig and its permissions',
      error,
    );
  });
}

/** The headers that make the API server act as someone else. */
export function impersonationHeaders(as: {
  readonly user: string;
  readonly groups?: readonly string[];
}): Record<string, string | string[]> {
  return { 'impersonate-user': as.user, ...(as.groups?.length && { 'impersonate-group': [...as.groups] }) };
}
