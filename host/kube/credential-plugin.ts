import type { RequestOptions } from 'node:https';
import { errorText } from '../errors/text.ts';
import type { ClusterConfig, UserConfig } from './cluster.ts';
import type { CredentialSource } from './credentials.ts';
import { kubeconfigError } from './errors.ts';

/**
 * Credentials from an `exec` plugin (aws, gke-gcloud-auth-plugin, kubelogin …) or an `auth-provider` (OIDC), run and cached until they
 * expire by @kubernetes/client-node. That package takes half a second and 60 MB to load: it is imported only here.
 */
export function pluginCredentials(
  plugin: NonNullable<UserConfig['plugin']>,
  config: ClusterConfig,
): CredentialSource {
  let loading: ReturnType<typeof loadPlugin> | undefined;
  return {
    async get() {
      loading ??= loadPlugin(plugin, config);
      const options: RequestOptions = {};
      try {
        const kubeconfig = await loading;
        await kubeconfig.applyToHTTPSOptions(options);
      } catch (error) {
        loading = undefined;
        const what = plugin.exec && 'command' in plugin.exec ? String(plugin.exec.command) : 'auth provider';
        throw kubeconfigError(
          `the credential plugin "${what}" of user "${plugin.name}" failed: ${errorText(error).trim()}`,
          'run the command by hand; inside the image of flux-host it may not be installed',
          error,
        );
      }
      const { authorization, Authorization = authorization } = headersOf(options);
      const cert = pem(options.cert);
      const key = pem(options.key);
      return {
        headers: Authorization ? { authorization: Authorization } : {},
        tls: { ...(cert && { cert }), ...(key && { key }) },
      };
    },
    // A new KubeConfig has an empty token cache.
    invalidate() {
      loading = undefined;
    },
  };
}

async function loadPlugin(plugin: NonNullable<UserConfig['plugin']>, config: ClusterConfig) {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(
    JSON.stringify({
      clusters: [{ name: 'cluster', cluster: { server: 'https://unused.invalid' } }],
      users: [
        {
          name: plugin.name,
          user: {
            ...(plugin.exec && { exec: withExecInfo(plugin.exec, config) }),
            ...(plugin.authProvider && { 'auth-provider': plugin.authProvider }),
          },
        },
      ],
      contexts: [{ name: 'context', context: { cluster: 'cluster', user: plugin.name } }],
      'current-context': 'context',
    }),
  );
  return kubeconfig;
}

/** Exec plugins read what is asked of them from KUBERNETES_EXEC_INFO, which @kubernetes/client-node does not set. */
function withExecInfo(exec: object, config: ClusterConfig): object {
  const env = 'env' in exec && Array.isArray(exec.env) ? exec.env : [];
  const apiVersion = 'apiVersion' in exec ? exec.apiVersion : 'client.authentication.k8s.io/v1';
  const cluster = {
    server: config.server,
    'tls-server-name': config.tlsServerName,
    'insecure-skip-tls-verify': config.insecureSkipTlsVerify,
    'certificate-authority-data':
      config.ca && 'data' in config.ca ? config.ca.data.toString('base64') : undefined,
    'proxy-url': config.proxyUrl,
  };
  const wantsCluster = 'provideClusterInfo' in exec && exec.provideClusterInfo === true;
  const info = {
    apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(wantsCluster && { cluster }) },
  };
  return { ...exec, env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] };
}

function headersOf(options: RequestOptions): Record<string, string> {
  if (!options.headers || Array.isArray(options.headers)) return {};
  return Object.fromEntries(
    Object.entries(options.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

function pem(value: unknown): Buffer | undefined {
  if (Buffer.isBuffer(value)) return value;
  return typeof value === 'string' ? Buffer.from(value) : undefined;
}
