import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../../errors/flux-error.ts';
import { createLogger } from '../../observability/logger.ts';
import { createMetrics } from '../../observability/metrics.ts';
import { createRedactor } from '../../observability/redact.ts';
import type { Notification } from '../types.ts';
import { openJournal } from './journal.ts';
import { createOutbox, type Deliver, type Outbox, type OutboxOptions } from './outbox.ts';

const outboxes: Outbox[] = [];
test.after(async () => {
  await Promise.all(outboxes.map((outbox) => outbox.close(0)));
});

const passing = () => new FluxError('FLUX_E_TEST', 'not now');
const final = () => new FluxError('FLUX_E_TEST', 'never', { terminal: true });

function notification(n: number, { provider = 'p', object = 'web', age = 0 } = {}): Notification {
  return {
    id: `${provider}-${n}`,
    alert: { namespace: 'apps', name: 'alert' },
    provider,
    event: {
      involvedObject: { kind: 'Kustomization', namespace: 'apps', name: object },
      severity: 'info',
      timestamp: null,
      message: `${n}`,
      reason: 'R',
      reportingController: 'c',
    },
    acceptedAt: Date.now() - age,
  };
}

async function open(deliver: Deliver, options: Partial<OutboxOptions> = {}) {
  const logged: string[] = [];
  const log = createLogger({
    redactor: createRedactor(),
    destination: { write: (line: string) => void logged.push(line) },
  });
  const metrics = createMetrics();
  const failures: string[] = [];
  const journal = await openJournal({
    onError(error) {
      throw error;
    },
  });
  const outbox = createOutbox({
    journal,
    log,
    metrics: metrics.notifications,
    deliver,
    backoff: { firstMs: 10, maxMs: 20 },
    onFailure: ({ id }, error, isFinal) =>
      failures.push(`${id} ${error instanceof Error ? error.message : ''} ${isFinal}`),
    ...options,
  });
  outboxes.push(outbox);
  return { outbox, journal, failures, logged, metrics };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('deliveries about one object are in order, though they fail in between', async () => {
  const sent: string[] = [];
  let fails = 3;
  const { outbox } = await open(async ({ event: { message } }) => {
    if (message === '2' && fails-- > 0) throw passing();
    sent.push(message);
    return 'delivered';
  });
  await Promise.all([1, 2, 3, 4].map((n) => outbox.add(notification(n))));
  await until(() => outbox.size === 0);
  assert.equal(sent, ['1', '2', '3', '4']);
});

test('a delivery that fails holds up those about its own object only', async () => {
  const sent: string[] = [];
  const { outbox } = await open(async ({ event: { message } }) => {
    if (message === '1') throw passing();
    sent.push(message);
    return 'delivered';
  });
  await outbox.add(notification(1, { object: 'poison' }));
  await outbox.add(notification(2, { object: 'poison' }));
  for (let n = 3; n < 10; n += 1) await outbox.add(notification(n, { object: `fine-${n}` }));
  await until(() => sent.length === 7);
  assert.equal(sent.toSorted(), ['3', '4', '5', '6', '7', '8', '9']);
  assert.is(outbox.size, 2);
});

test('providers that hang leave room for others', async () => {
  const sent: string[] = [];
  const hang = Promise.withResolvers<'delivered'>();
  const { outbox } = await open(
    async ({ provider, event: { message } }, { number }) => {
      if (provider.startsWith('dead')) {
        if (number > 1) return hang.promise;
        throw passing();
      }
      sent.push(message);
      return 'delivered';
    },
    { concurrency: 2 },
  );
  for (let n = 0; n < 20; n += 1) await outbox.add(notification(n, { provider: `dead-${n}` }));
  await until(() => outbox.size === 20);
  for (let n = 0; n < 50; n += 1) {
    await outbox.add(notification(n, { provider: 'alive', object: `o-${n}` }));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until(() => sent.length === 50);
  hang.resolve('delivered');
});

test('a long queue of one provider does not keep another one waiting until its end', async () => {
  const order: string[] = [];
  const { outbox } = await open(
    async ({ provider }) => {
      order.push(provider);
      await new Promise((resolve) => setImmediate(resolve));
      return 'delivered';
    },
    { concurrency: 2 },
  );
  for (let n = 0; n < 500; n += 1) void outbox.add(notification(n, { provider: 'busy', object: `o-${n}` }));
  void outbox.add(notification(1, { provider: 'quiet' }));
  await until(() => outbox.size === 0);
  assert.ok(order.indexOf('quiet') < 100, `it was number ${order.indexOf('quiet')}`);
});

test('when more comes in than can be sent, every provider still gets its share', async () => {
  const names = Array.from({ length: 16 }, (_, index) => `p${index}`);
  const sent = new Map(names.map((name) => [name, 0]));
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  const { outbox } = await open(
    async ({ provider }) => {
      await tick();
      sent.set(provider, (sent.get(provider) ?? 0) + 1);
      return 'delivered';
    },
    { concurrency: 2 },
  );
  // A provider can send each event before the next one comes; all of them cannot.
  for (let event = 0; event < 200; event += 1) {
    for (const provider of names) void outbox.add(notification(event, { provider }));
    for (let ticks = 0; ticks < 4; ticks += 1) await tick();
  }
  const shares = [...sent.values()];
  assert.ok(Math.min(...shares) > Math.max(...shares) / 4, `deliveries by provider: ${shares}`);
});

test('what is refused for good is given up at once and told once', async () => {
  let attempts = 0;
  const { outbox, failures } = await open(async () => {
    attempts += 1;
    throw final();
  });
  await outbox.add(notification(1));
  await until(() => outbox.size === 0);
  assert.is(attempts, 1);
  assert.equal(failures, ['p-1 never true']);
});

test('what fails for now is told once and tried again', async () => {
  let attempts = 0;
  const { outbox, failures } = await open(async () => {
    attempts += 1;
    if (attempts < 4) throw passing();
    return 'delivered';
  });
  await outbox.add(notification(1));
  await until(() => outbox.size === 0);
  assert.is(attempts, 4);
  assert.equal(failures, ['p-1 not now false']);
});

test('retryAfterMs of the service is honoured, and a change of the Provider ends the wait', async () => {
  let attempts = 0;
  const { outbox } = await open(async () => {
    attempts += 1;
    if (attempts === 1) throw new FluxError('FLUX_E_TEST', 'busy', { retryAfterMs: 3_600_000 });
    return 'delivered';
  });
  await outbox.add(notification(1));
  await until(() => attempts === 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is(attempts, 1, 'the backoff of 20 ms does not count');
  outbox.hurry({ namespace: 'apps', name: 'p' });
  await until(() => outbox.size === 0);
  assert.is(attempts, 2);
});

test('the oldest are dropped when too many wait, and that is counted and logged', async () => {
  const { outbox, logged, metrics, journal } = await open(
    async () => {
      throw passing();
    },
    { maxPerProvider: 10, backoff: { firstMs: 3_600_000, maxMs: 3_600_000 } },
  );
  for (let n = 0; n < 30; n += 1) await outbox.add(notification(n, { object: `o-${n}` }));
  assert.is(outbox.size, 10);
  assert.is(journal.entries.size, 10, 'they are gone from the disk, too');
  assert.ok(journal.entries.has('n/p-29'));
  assert.match((await metrics.expose()).text, /flux_host_notification_dropped_total\{reason="full"\} 20/);
  assert.match(logged.join(''), /FLUX_E_NOTIFY_OUTBOX_FULL/);
});

test('what is too old is given up while its provider is down, but tried when it is up', async () => {
  const sent: string[] = [];
  let down = true;
  const { outbox, failures } = await open(
    async ({ event: { message } }) => {
      if (down) throw passing();
      sent.push(message);
      return 'delivered';
    },
    { maxAgeMs: 60_000 },
  );
  await outbox.add(notification(1, { object: 'new' }));
  await until(() => failures.length === 1);
  await outbox.add(notification(2, { object: 'old', age: 120_000 }));
  await until(() => outbox.size === 1);
  assert.match(failures.at(-1) ?? '', /^p-2 the provider did not take it for too long .* true$/);
  down = false;
  await until(() => outbox.size === 0);
  await outbox.add(notification(3, { age: 120_000 }));
  await until(() => outbox.size === 0);
  assert.equal(sent, ['1', '3']);
});

test('what is under way at the end stays for the next start', async () => {
  const started = Promise.withResolvers<void>();
  const { outbox, journal } = await open((_, { signal }) => {
    started.resolve();
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await outbox.add(notification(1));
  await started.promise;
  await outbox.close(10);
  assert.ok(journal.entries.has('n/p-1'));
});

test.run();
