import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../observability/logger.ts';
import type { NotificationMetrics } from '../../observability/notification-metrics.ts';
import { outboxUnavailable } from '../errors.ts';
import { type Journal, openJournal } from './journal.ts';

/** Hidden, so that the server of artifacts never shows it. */
const folder = '.outbox';

/**
 * Opens the journal below `--storage-path`. Where Flux's own manifest runs notification-controller there is no such volume: then in the folder for
 * temporary files, which outlives the container in its pod; and if that cannot be written either, in memory.
 */
export async function openOutboxJournal(options: {
  readonly storagePath: string;
  readonly log: Logger;
  readonly metrics: NotificationMetrics;
}): Promise<Journal> {
  const { storagePath, log, metrics } = options;
  const places = [storagePath, join(tmpdir(), `flux-host-${hostname()}`)].map((place) => join(place, folder));
  const onError = (error: unknown): void => {
    metrics.outboxFailed();
    log.error(error, 'the outbox cannot be written, notifications are kept in memory');
  };
  for (const [n, dir] of places.entries()) {
    try {
      const journal = await openJournal({ dir, onError });
      if (n > 0) log.info('notifications are kept in another folder than --storage-path', { dir });
      return journal;
    } catch (error) {
      const unavailable = outboxUnavailable(dir, error);
      if (n === places.length - 1) log.error(unavailable, 'notifications do not survive a restart');
      else log.debug('no outbox here', { error: unavailable.text });
    }
  }
  return openJournal({ onError });
}
