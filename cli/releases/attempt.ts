import { keyOf } from '@flux-host/host/kube/object.ts';
import type { Logger } from '@flux-host/host/observability/logger.ts';
import type { Context, FluxObject } from '@flux-host/host/reconcile/types.ts';

const quiet: Logger = {
  trace() {},
  debug() {},
  info() {},
  error() {},
  child: () => quiet,
  flush() {},
};

/**
 * An attempt of the host's at an object that is on this machine only: what it finds out is in `object` afterwards, and neither statuses
 * nor events go anywhere.
 */
export function attemptAt<T extends FluxObject>(object: T, signal: AbortSignal): Context<T> {
  return {
    key: keyOf(object),
    object,
    log: quiet,
    signal,
    stopping: signal,
    superseded: signal,
    async patch() {},
    progress() {},
    event() {},
    calling: (work) => work(),
    waiting: (work) => work(),
  };
}
