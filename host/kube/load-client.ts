import { type ClientOptions, type ConnectedClient, createClient } from './client.ts';
import { clusterFromContext, inCluster, isInCluster } from './cluster.ts';
import { parseContext, readKubeconfig } from './kubeconfig.ts';

/** Which cluster, and how to talk to it. */
export interface LoadOptions extends ClientOptions {
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string | undefined;
  /** Context of the kubeconfig; default its current one. */
  readonly context?: string | undefined;
}

/**
 * The client for where this process finds itself, in controller-runtime's order: the given kubeconfig, `$KUBECONFIG`, the service account of
 * the pod, `~/.kube/config`.
 * @throws FluxError `FLUX_E_KUBECONFIG` when nothing of that is there or usable
 */
export async function loadClient(options: LoadOptions = {}): Promise<ConnectedClient> {
  const named = options.kubeconfig || process.env['KUBECONFIG'] || options.context;
  if (!named && (await isInCluster())) return clientInCluster(options);
  return clientFromKubeconfig(options);
}

/** The client of a kubeconfig file. */
export async function clientFromKubeconfig(options: LoadOptions = {}): Promise<ConnectedClient> {
  const context = await readKubeconfig({ path: options.kubeconfig, context: options.context });
  return createClient(clusterFromContext(context), options);
}

/** The client of a kubeconfig given as text, e.g. from a Secret; `from` names it in errors. */
export function clientFromText(text: string, options: LoadOptions & { from: string }): ConnectedClient {
  return createClient(clusterFromContext(parseContext(text, options)), options);
}

/** The client of the pod's own service account. */
export async function clientInCluster(options: ClientOptions = {}): Promise<ConnectedClient> {
  return createClient(await inCluster(), options);
}
