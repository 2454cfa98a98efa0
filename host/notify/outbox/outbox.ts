import { availableParallelism } from 'node:os';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText, isAbort } from '../../errors/text.ts';
import type { Logger } from '../../observability/logger.ts';
import type { NotificationMetrics } from '../../observability/notification-metrics.ts';
import { outboxExpired, outboxFull } from '../errors.ts';
import { involvedName } from '../event/involved.ts';
import type { Notification } from '../types.ts';
import type { Backoff } from './backoff.ts';
import type { Journal } from './journal.ts';
import type { Waiting } from './lanes.ts';
import { createProviderQueue, type ProviderQueue } from './provider-queue.ts';

/** Sends one notification; `gone` when there is nobody to send it to any more. */
export type Deliver = (
  notification: Notification,
  attempt: { readonly number: number; readonly signal: AbortSignal },
) => Promise<'delivered' | 'skipped' | 'gone'>;

export interface OutboxOptions {
  readonly journal: Journal;
  readonly deliver: Deliver;
  readonly log: Logger;
  readonly metrics: NotificationMetrics;
  /** The first attempt failed, or it will not be sent at all (`isFinal`): refused for good, or too old. */
  onFailure(notification: Notification, error: unknown, isFinal: boolean): void;
  /** Deliveries at once; default: four for each core, because most of the time they wait. */
  readonly concurrency?: number;
  /** Default: from 2 s up to 5 min. */
  readonly backoff?: Backoff;
  /** What is older is given up while its provider fails. Default 6 h. */
  readonly maxAgeMs?: number;
  /** Notifications that wait for one provider. Default 20,000. */
  readonly maxPerProvider?: number;
  /** Bytes that wait for all of them. Default 24 MiB. */
  readonly maxBytes?: number;
}

/** Notifications that wait to be sent; they survive a restart. */
export interface Outbox {
  /** @returns resolves once neither a kill nor a power cut can lose it */
  add(notification: Notification): Promise<void>;
  /** A Provider, or what it needs, changed: tries at once. */
  hurry(provider?: { readonly namespace: string; readonly name: string }): void;
  readonly size: number;
  /** Ends: what is under way may end within the time given; the rest waits for the next start. */
  close(graceMs: number): Promise<void>;
}

const prefix = 'n/';

/** Deliveries to one provider before it is the next one's turn: an instance of a plugin serves one tenant, and another one is costly. */
const maxTurn = 32;

/** Deliveries to one provider at once while others wait: one that is sent, and one that is ready to follow it in the same thread of the sandbox. */
const perProvider = 2;

/** Starts at once with what an earlier process left. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { journal, deliver, log, metrics, onFailure } = options;
  const { maxAgeMs = 6 * 3_600_000, maxPerProvider = 20_000, maxBytes = 24 * 2 ** 20 } = options;
  const concurrency = options.concurrency ?? perProvider * 2 * Math.max(2, availableParallelism());
  const backoff = options.backoff ?? { firstMs: 2000, maxMs: 300_000 };
  const queues = new Map<string, ProviderQueue>();
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  let failing = 0;
  let order = 0;
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  let closing = false;
  /** Deliveries of each provider since it came to its place. */
  const turns = new Map<string, number>();

  const enqueue = (notification: Notification): void => {
    const key = `${notification.alert.namespace}/${notification.provider}`;
    const queue = queues.get(key) ?? createProviderQueue({ backoff, concurrency: Math.min(4, concurrency) });
    queues.set(key, queue);
    queue.lanes.add({
      id: notification.id,
      order: order++,
      lane: involvedName(notification.event),
      attempts: 0,
    });
    size += 1;
    const over = queue.lanes.size - maxPerProvider;
    if (over > 0) drop(key, queue, Math.max(over, Math.floor(maxPerProvider / 100)));
    metrics.outboxDepth(size);
  };

  const drop = (key: string, queue: ProviderQueue, count: number): void => {
    let dropped = 0;
    for (; dropped < count; dropped += 1) {
      const item = queue.lanes.dropOldest();
      if (!item) break;
      forget(item.id);
    }
    if (dropped === 0) return;
    metrics.dropped('full', dropped);
    log.error(outboxFull(key, dropped), 'dropped notifications', { provider: key, count: dropped });
  };

  const shrink = (): void => {
    while (journal.size > maxBytes) {
      const [largest] = [...queues].sort(([, a], [, b]) => b.lanes.size - a.lanes.size);
      if (!largest || largest[1].lanes.size <= 1) return;
      drop(...largest, Math.ceil(largest[1].lanes.size / 10));
    }
  };

  const forget = (id: string): void => {
    journal.remove(prefix + id);
    size -= 1;
  };

  /** Providers take turns, so that a long queue does not keep the others waiting for long. */
  const nextTurn = (most = perProvider): { key: string; queue: ProviderQueue; item: Waiting } | undefined => {
    // Providers that are down must not take all the places with their timeouts.
    const mayProbe = failing < Math.max(1, Math.floor(concurrency / 2));
    for (const [key, queue] of queues) {
      if (queue.inFlight >= most || (queue.failing && !mayProbe)) continue;
      const item = queue.take();
      if (!item) continue;
      // Counted also where others came between: those in front would be served again and again as soon as they have something.
      const count = (turns.get(key) ?? 0) + 1;
      turns.set(key, count);
      if (count >= maxTurn) {
        turns.delete(key);
        queues.delete(key);
        queues.set(key, queue);
      }
      return { key, queue, item };
    }
    return undefined;
  };

  const pump = (): void => {
    if (closing) return;
    clearTimeout(timer);
    for (;;) {
      // What is under way pumps again when it ends.
      if (running.size >= concurrency) return;
      const turn = nextTurn() ?? nextTurn(concurrency);
      if (!turn) break;
      start(turn.key, turn.queue, turn.item);
    }
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [key, queue] of queues) {
      if (queue.lanes.size === 0 && queue.inFlight === 0) {
        queues.delete(key);
        turns.delete(key);
      }
      nextAt = Math.min(nextAt, queue.nextAt ?? nextAt);
    }
    if (nextAt === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(pump, Math.max(nextAt - performance.now(), 20));
    timer.unref();
  };

  const start = (key: string, queue: ProviderQueue, item: Waiting): void => {
    const probe = queue.failing;
    if (probe) failing += 1;
    const task = attempt(key, queue, item).finally(() => {
      if (probe) failing -= 1;
      running.delete(task);
      metrics.outboxDepth(size);
      pump();
    });
    running.add(task);
  };

  const attempt = async (key: string, queue: ProviderQueue, item: Waiting): Promise<void> => {
    const notification = readNotification(journal.entries.get(prefix + item.id));
    if (!notification) {
      queue.gaveUp(item);
      size -= 1;
      return;
    }
    const number = item.attempts + 1;
    const isOld = Date.now() - notification.acceptedAt > maxAgeMs;
    if (isOld && queue.failing) return expire(queue, item, notification);
    try {
      const result = await deliver(notification, { number, signal: stop.signal });
      queue.succeeded(item);
      forget(item.id);
      metrics.attempt(key, result, (Date.now() - notification.acceptedAt) / 1000);
    } catch (error) {
      // It is in the journal still, for the next start.
      if (stop.signal.aborted && isAbort(error)) return;
      const isFinal = error instanceof FluxError && error.terminal;
      if (isFinal) {
        queue.gaveUp(item);
        forget(item.id);
        metrics.attempt(key, 'failed');
        onFailure(notification, error, true);
        return;
      }
      metrics.attempt(key, 'retried');
      if (number === 1) onFailure(notification, error, false);
      log.debug('notification will be sent again', { id: item.id, attempt: number, error: errorText(error) });
      queue.failed(item, error instanceof FluxError ? error.retryAfterMs : undefined);
    }
  };

  const expire = (queue: ProviderQueue, item: Waiting, notification: Notification): void => {
    queue.gaveUp(item);
    forget(item.id);
    metrics.dropped('expired', 1);
    onFailure(notification, outboxExpired(item.attempts), true);
  };

  const left = [...journal.entries]
    .filter(([id]) => id.startsWith(prefix))
    .map(([, payload]) => readNotification(payload))
    .filter((notification) => notification !== undefined);
  for (const notification of left.sort((a, b) => a.acceptedAt - b.acceptedAt)) enqueue(notification);
  if (left.length > 0) log.info('sending notifications that an earlier process left', { count: left.length });
  pump();

  return {
    get size() {
      return size;
    },
    add(notification) {
      const kept = journal.add(prefix + notification.id, JSON.stringify(notification));
      enqueue(notification);
      shrink();
      pump();
      return kept;
    },
    hurry(provider) {
      for (const [key, queue] of queues) {
        if (!provider || key === `${provider.namespace}/${provider.name}`) queue.hurry();
      }
      pump();
    },
    async close(graceMs) {
      closing = true;
      clearTimeout(timer);
      const cutOff = setTimeout(() => stop.abort(), graceMs);
      await Promise.all(running);
      clearTimeout(cutOff);
      stop.abort();
    },
  };
}

function readNotification(payload: string | undefined): Notification | undefined {
  if (payload === undefined) return undefined;
  // It was written by this code, and its checksum is right.
  const notification: Notification = JSON.parse(payload);
  return notification;
}
