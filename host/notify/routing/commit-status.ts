import type { Alert } from '@flux-host/crds/notification/alert.ts';
import type { Provider } from '@flux-host/crds/notification/provider.ts';
import type { FluxEvent } from '@flux-host/sdk/contract/event.ts';
import type { CelProgram } from '../../cel/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { commitStatusFailed } from '../errors.ts';

/** Compiles `commitStatusExpr`, whose variables are `event`, `alert` and `provider`. */
export type CompileStatus = (expression: string) => CelProgram<'string'>;

export interface StatusOf {
  /** With the metadata put together. */
  readonly event: FluxEvent;
  readonly alert: Alert;
  readonly provider: Provider;
}

/**
 * The name of the commit status: what the Provider's expression gives, else `<kind>/<name>/<first part of the
 * Provider's UID>` in lower case, which is unique for a cluster.
 * @throws FluxError FLUX_E_NOTIFY_COMMIT_STATUS
 */
export function commitStatusName({ event, alert, provider }: StatusOf, compile: CompileStatus): string {
  const { commitStatusExpr } = provider.spec;
  if (!commitStatusExpr) {
    const { kind = '', name = '' } = event.involvedObject;
    return `${kind}/${name}/${(provider.metadata.uid ?? '').split('-', 1)[0] ?? ''}`.toLowerCase();
  }
  try {
    return compile(commitStatusExpr).evaluate({ event, alert, provider });
  } catch (error) {
    if (error instanceof FluxError) throw commitStatusFailed(error);
    throw error;
  }
}
