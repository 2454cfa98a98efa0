import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { NotifyResponse } from '@flux-host/sdk/contract/notifier.ts';
import { parseDuration } from '../../duration/duration.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { NamespacedName } from '../../kube/types.ts';
import { maskToken } from '../../observability/redact.ts';
import type { Plugins } from '../../plugins/types.ts';
import { identityDisabled, noNotifier } from '../errors.ts';
import type { Deliver } from '../outbox/outbox.ts';
import type { AccessCache } from '../providers/cache.ts';
import type { CompileStatus } from '../routing/commit-status.ts';
import { skipFor, traitsOf } from '../routing/route.ts';
import type { Notification, Report } from '../types.ts';
import { notifyRequest, type Subject } from './prepare.ts';

export interface SenderOptions {
  readonly plugins: Plugins;
  readonly access: AccessCache;
  readonly compileStatus: CompileStatus;
  readonly report: Report;
  findAlert(key: NamespacedName): Alert | undefined;
  findProvider(key: NamespacedName): Provider | undefined;
  /** Gate ObjectLevelWorkloadIdentity. */
  readonly objectIdentity: boolean;
}

const defaultTimeoutMs = 15_000;
/** A service that hangs holds a thread of the sandbox for so long at most, whatever its Provider says. */
const maxTimeoutMs = 120_000;
/** A plugin may come later: while the host starts, or because somebody installs it now. */
const pluginPatienceMs = 10 * 60_000;

/** Sends a notification through the plugin of its Provider's type, with the Alert and Provider as they are now. */
export function createSender(options: SenderOptions): Deliver {
  const { plugins, access, findAlert, findProvider } = options;
  return async (notification, { signal }) => {
    const { alert: ref, event, group } = notification;
    const alert = findAlert(ref);
    const provider = findProvider({ namespace: ref.namespace, name: notification.provider });
    if (!alert || alert.spec.suspend || !provider || provider.spec.suspend) return 'gone';
    const { type, serviceAccountName } = provider.spec;
    const plugin = plugins.find('notifier', type);
    if (!plugin) throw missing(plugins, provider, notification);
    const traits = traitsOf(plugin, type);
    if (skipFor(event, traits)) return 'skipped';
    if (serviceAccountName && !options.objectIdentity) throw identityDisabled();
    const reached = await access.get(provider, { traits, signal });
    const { secret, address, tls, proxy } = reached;
    const subject: Subject = { id: notification.id, event, alert, provider, traits, group };
    try {
      const { output } = await plugins.call<NotifyResponse>({
        kind: 'notifier',
        type,
        namespace: ref.namespace,
        operation: 'notify',
        user: { kind: 'Provider', namespace: ref.namespace, name: notification.provider, operation: 'post' },
        input: notifyRequest(subject, reached, options),
        ...(secret ? { secret } : {}),
        ...(address ? { address } : {}),
        ...(tls ? { tls } : {}),
        ...(proxy ? { proxy } : {}),
        ...(serviceAccountName ? { serviceAccountName } : {}),
        ...(provider.spec.config ? { config: provider.spec.config } : {}),
        limits: { timeoutMs: timeoutOf(provider) },
        signal,
      });
      return output.skipped ? 'skipped' : 'delivered';
    } catch (error) {
      access.forget(provider);
      throw masked(error, reached.token);
    }
  };
}

function missing(plugins: Plugins, { spec: { type } }: Provider, { acceptedAt }: Notification): FluxError {
  const provided = plugins.list().flatMap(({ manifest }) => manifest.provides);
  const types = provided.filter(({ kind }) => kind === 'notifier').map((each) => each.type);
  const error = noNotifier(type, types);
  if (Date.now() - acceptedAt < pluginPatienceMs) return error;
  return new FluxError(error.code, error.message, {
    ...(error.hint ? { hint: error.hint } : {}),
    terminal: true,
  });
}

function timeoutOf({ spec: { timeout } }: Provider): number {
  return Math.min(timeout ? parseDuration(timeout) : defaultTimeoutMs, maxTimeoutMs);
}

/** The same error without the token, as Flux takes it out. */
function masked(error: unknown, token: string): unknown {
  if (!(error instanceof FluxError) || token === '') return error;
  const { hint, object, reason, terminal, retryAfterMs } = error;
  return new FluxError(error.code, maskToken(error.message, token), {
    terminal,
    cause: error,
    ...(hint ? { hint: maskToken(hint, token) } : {}),
    ...(object ? { object } : {}),
    ...(reason ? { reason } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
