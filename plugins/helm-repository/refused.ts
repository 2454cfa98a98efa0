import { HostError, PluginError } from '@flux-host/sdk/typescript';
import { retryAfterMs } from '../notifier-common/retry-after.ts';

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  410: 'Gone',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const hints: Readonly<Record<number, string>> = {
  401: 'put user name and password into the Secret that spec.secretRef of the HelmRepository names',
  403: 'the user of the Secret may not read this; see also spec.passCredentials for charts on another host',
  404: 'see whether spec.url of the HelmRepository is the folder that has index.yaml',
};

/** What a server answers in place of a file, in Helm's words. */
export function refused({ status, url, headers }: Pick<Response, 'status' | 'url' | 'headers'>): PluginError {
  const phrase = phrases[status];
  const hint = hints[status];
  const wait = retryAfterMs(headers.get('retry-after'), Date.now());
  return new PluginError(`failed to fetch ${shown(url)} : ${status}${phrase ? ` ${phrase}` : ''}`, {
    ...(status === 401 ? { reason: 'AuthenticationFailed' } : {}),
    ...(hint ? { hint } : {}),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** More than was allowed. The host has words of its own for what that means. */
export const tooLarge = (message: string): PluginError => new PluginError(message, { reason: 'TooLarge' });

/**
 * Runs what the host does for the plugin; of a failure the host gets to know what kind it is.
 * @throws PluginError
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const { message, hint, retryAfterMs } = error;
    const reason = reasons[error.code];
    throw new PluginError(message, {
      ...(reason ? { reason } : {}),
      ...(hint === undefined ? {} : { hint }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  FLUX_E_EGRESS_TOO_LARGE: 'TooLarge',
  FLUX_E_EGRESS_TLS: 'AuthenticationFailed',
};

/** Without the query, which may be a signature. */
function shown(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}
