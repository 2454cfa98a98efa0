import { resolve } from 'node:path';
import { isFluxError } from '@flux-host/host/apply/errors.ts';
import {
  type ClusterConfig,
  clusterFromContext,
  inCluster,
  isInCluster,
  type UserConfig,
} from '@flux-host/host/kube/cluster.ts';
import { readKubeconfig } from '@flux-host/host/kube/kubeconfig.ts';
import { usageError } from '../command/errors.ts';
import type { FlagValues } from '../command/types.ts';
import type { Io } from '../io.ts';

/**
 * Which API server to talk to and as whom: the kubeconfig (or the service account of the pod), overridden by flags as
 * kubectl does.
 * @throws FluxError FLUX_E_KUBECONFIG when there is nothing to go by
 */
export async function clusterConfig(flags: FlagValues, env: Io['env']): Promise<ClusterConfig> {
  const base = await baseConfig(flags, env);
  const server = flags.text('server');
  const ca = flags.text('certificate-authority');
  const tlsServerName = flags.text('tls-server-name');
  const skip = flags.is('insecure-skip-tls-verify');
  if (server && !URL.canParse(server)) throw usageError(`--server "${server}" is not a URL`);
  if (skip && ca)
    throw usageError('--certificate-authority and --insecure-skip-tls-verify exclude each other');
  return {
    ...base,
    ...(server && { server: server.replace(/\/+$/, '') }),
    ...(ca && { ca: { file: resolve(ca) } }),
    ...(tlsServerName && { tlsServerName }),
    ...(skip && { insecureSkipTlsVerify: true }),
    user: { ...overriddenUser(base.user, flags), ...impersonation(flags) },
  };
}

async function baseConfig(flags: FlagValues, env: Io['env']): Promise<ClusterConfig> {
  const path = flags.text('kubeconfig') || undefined;
  const context = flags.text('context') || undefined;
  try {
    const named = path || env['KUBECONFIG'] || context;
    if (!named && (await isInCluster())) return await inCluster();
    return clusterFromContext(await readKubeconfig({ path, context }));
  } catch (error) {
    const server = flags.text('server');
    // With a server on the command line a kubeconfig is not needed; one that was asked for has to be there.
    if (!server || path || context || !isFluxError(error)) throw error;
    return { server, namespace: '', insecureSkipTlsVerify: false, user: {} };
  }
}

/** A credential on the command line replaces all those of the kubeconfig: the server would otherwise see two. */
function overriddenUser(user: UserConfig, flags: FlagValues): UserConfig {
  const token = flags.text('token');
  const cert = flags.text('client-certificate');
  const key = flags.text('client-key');
  if (token) return { token };
  if (!cert && !key) return user;
  return {
    ...user,
    ...(cert && { cert: { file: resolve(cert) } }),
    ...(key && { key: { file: resolve(key) } }),
  };
}

function impersonation(flags: FlagValues): Pick<UserConfig, 'impersonate'> {
  const user = flags.text('as');
  const groups = flags.list('as-group');
  if (!user && groups.length > 0) throw usageError('requesting groups without impersonating a user');
  return user ? { impersonate: { user, groups } } : {};
}
