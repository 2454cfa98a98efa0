import { setTimeout as sleep } from 'node:timers/promises';
import { alert, createStage, event, post, type Stage } from '../e2e/notifications/stage.ts';
import { type Bench, type BenchOptions, percentile, type Row, row } from './bench.ts';
import { scrape } from './metrics.ts';

/** Namespaces, each with an Alert and a Provider. */
const tenants = 4;
/** Controllers that post at the same time. */
const senders = 32;

export const bench: Bench = {
  about: 'events posted, accepted (on the disk) and delivered through a plugin (--n 10000)',
  async run(options) {
    const stage = await createStage();
    try {
      return await measure(stage, options);
    } finally {
      await stage.close();
    }
  },
};

async function measure(stage: Stage, { n = 10_000, log }: BenchOptions): Promise<Row[]> {
  const { world, service } = stage;
  const namespaces = await Promise.all(Array.from({ length: tenants }, () => stage.namespace()));
  await world.apply(...namespaces.map((namespace) => alert(namespace)));
  for (const namespace of namespaces) await warmUp(stage, namespace);
  const before = service.received.length;
  const cpu = await cpuSeconds(world.host.metricsUrl);
  log(`${n} events of ${senders} senders for ${tenants} providers`);
  const accepted = new Set<string>();
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: senders }, async () => {
      for (let number = next++; number < n; number = next++) {
        const message = `event ${number}`;
        const sent = performance.now();
        const body = event(namespaces[number % tenants] ?? '', `app-${number % 100}`, { message });
        if ((await post(world, body)) === 202) accepted.add(message);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const taken = performance.now() - began;
  const missing = new Set(accepted);
  let seen = before;
  const look = () => {
    for (; seen < service.received.length; seen += 1)
      missing.delete(service.received[seen]?.event.message ?? '');
    return missing.size;
  };
  for (const deadline = Date.now() + 120_000; look() > 0 && Date.now() < deadline; ) await sleep(20);
  const delivered = performance.now() - began;
  const spent = (await cpuSeconds(world.host.metricsUrl)) - cpu;
  return [
    row('accepted', 'events/s', accepted.size / (taken / 1000)),
    row('delivered', 'events/s', (accepted.size - missing.size) / (delivered / 1000)),
    row('refused', 'events', n - accepted.size),
    row('lost', 'events', missing.size),
    row('CPU of the host for each', 'ms', (spent * 1000) / accepted.size),
    row('acceptance p50', 'ms', percentile(latencies, 0.5)),
    row('acceptance p99', 'ms', percentile(latencies, 0.99)),
  ];
}

async function cpuSeconds(url: string): Promise<number> {
  return (await scrape([url])).sum('process_cpu_seconds_total');
}

/** Until the Alert is known, and the plugin compiled. */
async function warmUp({ world, service }: Stage, namespace: string): Promise<void> {
  const isThere = () => service.received.some(({ event: of }) => of.involvedObject.namespace === namespace);
  await world.eventually({ what: 'the Alert to be known' }, async () => {
    await post(world, event(namespace, 'warm-up', { message: `${Math.random()}` }));
    return isThere();
  });
}
