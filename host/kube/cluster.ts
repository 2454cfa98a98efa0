import { access, readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { kubeconfigError } from './errors.ts';
import { isFields, type KubeContext, text } from './kubeconfig.ts';

/** How to reach an API server and as whom: a kubeconfig context, or the service account of the pod, in one form. */
export interface ClusterConfig {
  /** Base URL without a trailing slash; may have a path (Rancher). */
  readonly server: string;
  readonly ca?: FileOrData;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly user: UserConfig;
  /** Namespace of the context or of the pod; empty when there is none. */
  readonly namespace: string;
}

/** Certificate or key: a path that is read again when it may have changed, or the content itself. */
export type FileOrData = { readonly file: string } | { readonly data: Buffer };

export interface UserConfig {
  readonly cert?: FileOrData;
  readonly key?: FileOrData;
  readonly token?: string;
  /** Wins over `token`, as in client-go. */
  readonly tokenFile?: string;
  readonly basic?: { readonly username: string; readonly password: string };
  /** Tokens that expire and are asked for again; they come after all others. */
  readonly bearer?: BearerSource;
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[] };
  /** An `exec` or `auth-provider` section, left to @kubernetes/client-node. */
  readonly plugin?: { readonly name: string; readonly exec?: object; readonly authProvider?: object };
}

/** Gives the current token of an identity. */
export interface BearerSource {
  get(): Promise<string>;
  /** The server refused the present one. */
  invalidate?(): void;
}

/**
 * Reads a kubeconfig context into the one form.
 * @throws FluxError `FLUX_E_KUBECONFIG` when the server is missing or not a URL
 */
export function clusterFromContext({ cluster, user, userName, namespace, name }: KubeContext): ClusterConfig {
  const server = text(cluster['server']).replace(/\/+$/, '');
  if (!URL.canParse(server)) {
    throw kubeconfigError(
      `the cluster of context "${name}" has ${server ? `"${server}"` : 'nothing'} as its server`,
      'set clusters[].cluster.server to the URL of the API server',
    );
  }
  const ca = fileOrData(cluster, 'certificate-authority');
  const tlsServerName = text(cluster['tls-server-name']);
  const proxyUrl = text(cluster['proxy-url']);
  return {
    server,
    namespace,
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] === true,
    user: userFrom(user, userName),
    ...(ca && { ca }),
    ...(tlsServerName && { tlsServerName }),
    ...(proxyUrl && { proxyUrl }),
  };
}

function userFrom(user: KubeContext['user'], name: string): UserConfig {
  const cert = fileOrData(user, 'client-certificate');
  const key = fileOrData(user, 'client-key');
  const { exec, 'auth-provider': authProvider, 'as-groups': groups } = user;
  const [token, tokenFile, username, as] = ['token', 'tokenFile', 'username', 'as'].map((field) =>
    text(user[field]),
  );
  return {
    ...(cert && { cert }),
    ...(key && { key }),
    ...(token && { token }),
    ...(tokenFile && { tokenFile }),
    ...(username && { basic: { username, password: text(user['password']) } }),
    ...(as && { impersonate: { user: as, groups: Array.isArray(groups) ? groups.map(String) : [] } }),
    ...((isFields(exec) || isFields(authProvider)) && {
      plugin: { name, ...(isFields(exec) && { exec }), ...(isFields(authProvider) && { authProvider }) },
    }),
  };
}

function fileOrData(fields: KubeContext['user'], name: string): FileOrData | undefined {
  const data = text(fields[`${name}-data`]);
  if (data) return { data: Buffer.from(data, 'base64') };
  const file = text(fields[name]);
  return file ? { file } : undefined;
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether this process runs in a pod with a service account. */
export async function isInCluster(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (!env['KUBERNETES_SERVICE_HOST'] || !env['KUBERNETES_SERVICE_PORT']) return false;
  return access(`${serviceAccount}/token`).then(
    () => true,
    () => false,
  );
}

/**
 * The API server and service account of the pod that this process runs in.
 * @throws FluxError `FLUX_E_KUBECONFIG` outside a pod
 */
export async function inCluster(env: NodeJS.ProcessEnv = process.env): Promise<ClusterConfig> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) {
    throw kubeconfigError('this process does not run in a pod', 'pass --kubeconfig, or set KUBECONFIG');
  }
  const namespace = await readFile(`${serviceAccount}/namespace`, 'utf8').catch(() => '');
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    ca: { file: `${serviceAccount}/ca.crt` },
    insecureSkipTlsVerify: false,
    user: { tokenFile: `${serviceAccount}/token` },
    namespace: namespace.trim(),
  };
}
