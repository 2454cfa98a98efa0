import { errorText } from '../errors/text.ts';
import { isKube } from '../kube/errors.ts';
import type { Logger } from '../observability/logger.ts';

/** Logs what keeps a kind from being watched: without that, a missing CRD or right would look like a host that does nothing. */
export function watchFailures(log: Logger, kind: string): (error: unknown) => void {
  return (error) => {
    // The API server asks for patience: while it starts, and right after a CRD was installed.
    if (isKube(error, 'tooManyRequests')) log.debug('watch was put off', { kind, error: errorText(error) });
    else log.error(error, 'watch failed, trying again', { kind });
  };
}
