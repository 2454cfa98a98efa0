import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';

/** What was posted is no event. */
export const invalidEvent = (why: string): FluxError =>
  new FluxError('FLUX_E_NOTIFY_EVENT', `decoding the request body failed: ${why}`, {
    terminal: true,
    hint: "post one event as JSON in the format of Flux's controllers (event.toolkit.fluxcd.io/v1beta1)",
  });

/** An Alert's list, template or expression cannot be used. */
export const invalidAlert = (message: string, hint?: string): FluxError =>
  new FluxError('FLUX_E_NOTIFY_ALERT', message, {
    reason: 'InvalidConfig',
    terminal: true,
    ...(hint ? { hint } : {}),
  });

export const crossNamespace = (alert: string, involved: string): FluxError =>
  new FluxError(
    'FLUX_E_NOTIFY_CROSS_NAMESPACE',
    "discarding event, access denied to cross-namespace sources: alert '" +
      `${alert}' can't process event from '${involved}', cross-namespace references have been blocked`,
    {
      terminal: true,
      hint: 'move the Alert to the namespace of the object, or drop --no-cross-namespace-refs',
    },
  );

export const noProvider = (provider: string): FluxError =>
  new FluxError('FLUX_E_NOTIFY_PROVIDER', `failed to read provider: Provider "${provider}" not found`, {
    terminal: true,
    hint: "create it in the Alert's namespace, or correct spec.providerRef",
  });

/** What a Provider refers to is missing or does not go together. Worth another try: a Secret may come later. */
export const invalidProvider = (message: string, about: { hint?: string; cause?: unknown } = {}): FluxError =>
  new FluxError('FLUX_E_NOTIFY_PROVIDER', message, about);

/** No plugin provides the Provider's type. */
export const noNotifier = (type: string, installed: readonly string[]): FluxError =>
  new FluxError('FLUX_E_NOTIFY_TYPE', `no notifier for provider type "${type}" is installed`, {
    hint:
      `correct spec.type or install a plugin that provides it (flux plugin install); ` +
      `installed are: ${[...installed].sort().join(', ') || 'none'}`,
  });

export const identityDisabled = (): FluxError =>
  new FluxError(
    'FLUX_E_NOTIFY_PROVIDER',
    'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity ' +
      'feature gate in the controller',
    { terminal: true },
  );

export const commitStatusFailed = (cause: FluxError): FluxError =>
  new FluxError(
    'FLUX_E_NOTIFY_COMMIT_STATUS',
    'failed to create commit status: failed to evaluate the spec.commitStatusExpr CEL expression for the event: ' +
      cause.message,
    { terminal: true, cause, ...(cause.hint ? { hint: cause.hint } : {}) },
  );

/** The outbox cannot be on this disk. */
export const outboxUnavailable = (dir: string, cause: unknown): FluxError =>
  new FluxError('FLUX_E_NOTIFY_OUTBOX', `cannot keep notifications in ${dir}: ${errorText(cause)}`, {
    hint: 'give --storage-path a folder that can be written, so that notifications survive a restart',
    cause,
  });

/** More waits than may. */
export const outboxFull = (provider: string, count: number): FluxError =>
  new FluxError('FLUX_E_NOTIFY_OUTBOX_FULL', `dropped the ${count} oldest notifications for ${provider}`, {
    hint: 'the provider takes less than it gets: see the events of its Alerts',
  });

/** The provider was down for too long. */
export const outboxExpired = (attempts: number): FluxError =>
  new FluxError('FLUX_E_NOTIFY_EXPIRED', `the provider did not take it for too long (${attempts} attempts)`, {
    terminal: true,
    hint: 'see the earlier events of the Alert for the reason',
  });
