import { FluxError } from '../errors/flux-error.ts';
import { type ClusterConfig, clusterFromContext } from '../kube/cluster.ts';
import { type KubeContext, parseContext } from '../kube/kubeconfig.ts';
import { checkServer } from './addresses.ts';
import { configInvalid, notAllowed } from './errors.ts';
import type { RemoteSettings } from './types.ts';

/**
 * A kubeconfig that somebody else wrote. Flux leaves out what it does not allow, which then fails with another message or connects as
 * somebody else; here it is refused by name.
 * @throws FluxError FLUX_E_REMOTE_REFUSED, FLUX_E_REMOTE_CONFIG, FLUX_E_REMOTE_ADDRESS, FLUX_E_KUBECONFIG
 */
export function clusterOfKubeconfig(text: string, from: string, settings: RemoteSettings): ClusterConfig {
  const context = readContext(text, from);
  checkContext(context, from, settings);
  const cluster = clusterFromContext(context);
  if (!/^https?:\/\//i.test(cluster.server)) {
    throw configInvalid(from, 'has a server that is no https URL', 'correct clusters[].cluster.server');
  }
  checkServer(cluster.server);
  if (cluster.proxyUrl) checkProxy(cluster.proxyUrl, from);
  return cluster;
}

/** Every value of a kubeconfig that lets its bearer in. */
export function secretsOf({ user }: ClusterConfig): string[] {
  const key = user.key && 'data' in user.key ? user.key.data : undefined;
  return [user.token, user.basic?.password, key?.toString('base64'), key?.toString()].filter(
    (value) => value !== undefined,
  );
}

function readContext(text: string, from: string): KubeContext {
  try {
    return parseContext(text, { from });
  } catch (error) {
    // What the parser says may quote a token.
    if (!(error instanceof FluxError)) throw error;
    const why = error.message.includes('is not valid YAML')
      ? 'is not valid YAML'
      : `is of no use: ${error.message}`;
    throw configInvalid(from, why, 'write a complete kubeconfig with a current-context into it');
  }
}

const files = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

function checkContext({ cluster, user }: KubeContext, from: string, settings: RemoteSettings): void {
  if (user['exec'] !== undefined && !settings.insecureExec) {
    throw notAllowed(
      from,
      'runs a program for its credentials (user.exec), which is not allowed',
      'use a token or a client certificate, or start the host with --insecure-kubeconfig-exec',
    );
  }
  if (user['auth-provider'] !== undefined) {
    throw notAllowed(
      from,
      'has user.auth-provider, which is not supported',
      'use a token or a client certificate',
    );
  }
  if (cluster['insecure-skip-tls-verify'] === true && !settings.insecureTls) {
    throw notAllowed(
      from,
      'turns the verification of the certificate off (insecure-skip-tls-verify), which is not allowed',
      'give certificate-authority-data, or start the host with --insecure-kubeconfig-tls',
    );
  }
  // They would be the host's own files.
  const file = files.find((field) => cluster[field] !== undefined || user[field] !== undefined);
  if (file) {
    throw notAllowed(
      from,
      `refers to a file (${file}), and files of the host are not read`,
      'put the content into it: certificate-authority-data, client-certificate-data, client-key-data, token',
    );
  }
  const groups = user['as-groups'];
  if (
    groups !== undefined &&
    !(Array.isArray(groups) && groups.every((group) => typeof group === 'string'))
  ) {
    throw configInvalid(from, 'has a user.as-groups that is no list of names', 'correct the kubeconfig');
  }
}

function checkProxy(proxy: string, from: string): void {
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
    throw configInvalid(from, 'has a proxy-url that is no http or https URL', 'correct cluster.proxy-url');
  }
  checkServer(proxy);
}
