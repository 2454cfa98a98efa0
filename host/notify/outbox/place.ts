import { join } from 'node:path';
import type { Logger } from '../../observability/logger.ts';
import type { NotificationMetrics } from '../../observability/notification-metrics.ts';
import { outboxUnavailable } from '../errors.ts';
import { type Journal, openJournal } from './journal.ts';

/** Hidden, so that the server of artifacts never shows it. */
const folder = '.outbox';

/** Opens the journal below `--storage-path`; where that cannot be, notifications are kept in memory, rather than not at all. */
export async function openOutboxJournal(options: {
  readonly storagePath: string;
  readonly log: Logger;
  readonly metrics: NotificationMetrics;
}): Promise<Journal> {
  const { storagePath, log, metrics } = options;
  const dir = join(storagePath, folder);
  const onError = (error: unknown): void => {
    metrics.outboxFailed();
    log.error(error, 'the outbox cannot be written, notifications are kept in memory');
  };
  try {
    return await openJournal({ dir, onError });
  } catch (error) {
    metrics.outboxFailed();
    log.error(outboxUnavailable(dir, error), 'notifications do not survive a restart');
    return openJournal({ onError });
  }
}
