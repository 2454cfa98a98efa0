import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import { FluxError } from '../errors/flux-error.ts';
import { errorText } from '../errors/text.ts';
import type { NamespacedName } from '../kube/types.ts';
import type { Logger } from '../observability/logger.ts';
import { involvedName } from './event/involved.ts';
import type { Notification, Report } from './types.ts';

export interface FailureOptions {
  readonly log: Logger;
  readonly report: Report;
  findAlert(key: NamespacedName): Alert | undefined;
  findProvider(key: NamespacedName): Provider | undefined;
}

/** Tells of a notification that could not be sent; `isFinal` says that it will not be tried again. */
export type TellFailure = (notification: Notification, error: unknown, isFinal: boolean) => void;

/** Failures are logged and become events of the Alert; an unknown type becomes one of the Provider too. */
export function createFailureReports({ log, report, findAlert, findProvider }: FailureOptions): TellFailure {
  return ({ id, alert: ref, provider: name, event }, error, isFinal) => {
    const { namespace } = ref;
    const code = error instanceof FluxError ? error.code : '';
    // Before the plugin was asked, Flux says dispatch.
    const verb = code.startsWith('FLUX_E_NOTIFY_') ? 'dispatch' : 'send';
    log.error(error, `failed to ${verb} notification`, {
      notification: id,
      eventInvolvedObject: event.involvedObject,
      alert: { name: ref.name, namespace, providerName: name },
      retried: !isFinal,
    });
    const more = isFinal ? '' : '; it is tried again';
    const message = `failed to ${verb} notification for ${involvedName(event)}: ${errorText(error)}${more}`;
    const input = { type: 'Warning', reason: 'NotificationDispatchFailed', message } as const;
    const alert = findAlert(ref);
    if (alert) report(alert, input);
    const provider = code === 'FLUX_E_NOTIFY_TYPE' ? findProvider({ namespace, name }) : undefined;
    if (provider) report(provider, { ...input, reason: 'InvalidConfig', message: errorText(error) });
  };
}
