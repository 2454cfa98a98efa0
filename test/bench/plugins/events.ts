import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorld, type World } from '../../e2e/harness.ts';
import { alert, event, post, provider } from '../../e2e/notifications/stage.ts';
import { percentile, type Row, row } from '../bench.ts';
import { startSink } from './sink.ts';

/** Events a second, whether or not the host keeps up. */
const rate = 1000;
const tickMs = 10;
const connections = 64;
/** Namespaces, each with an Alert and a Provider of the type `generic`. */
const tenants = 4;
const patienceMs = 120_000;

/** Posts events at a fixed rate, and looks at when each arrives at the service that a plugin sends it to. */
export async function measureEvents(count: number): Promise<Row[]> {
  const arrived = new Map<number, number>();
  const warm = new Set<string>();
  const sink = await startSink((body) => {
    const [, number, namespace] = /"event (\d+) of (bench-[\w-]+)"/.exec(body) ?? [];
    if (namespace !== undefined) arrived.set(Number(number), performance.now());
    else warm.add(/"warm (bench-[\w-]+)/.exec(body)?.[1] ?? '');
  });
  const world = await createWorld();
  try {
    const namespaces = await prepare(world, sink.url, warm);
    const { sent, accepted, seconds } = await send(world, namespaces, count);
    const missing = () => [...accepted].filter((number) => !arrived.has(number)).length;
    for (const end = Date.now() + patienceMs; missing() > 0 && Date.now() < end; ) await sleep(50);
    const last = Math.max(...arrived.values());
    const began = sent.get(0) ?? 0;
    const delays = [...arrived].map(([number, at]) => at - (sent.get(number) ?? at));
    return [
      row('accepted', 'events/s', accepted.size / seconds),
      row('delivered', 'events/s', arrived.size / Math.max((last - began) / 1000, seconds)),
      row('refused', 'events', count - accepted.size),
      row('lost', 'events', missing()),
      row('delay p50', 'ms', percentile(delays, 0.5)),
      row('delay p99', 'ms', percentile(delays, 0.99)),
    ];
  } finally {
    await world.close();
    await sink.close();
  }
}

/** Until every Alert is known, and the plugin compiled. */
async function prepare(world: World, url: string, warm: ReadonlySet<string>): Promise<string[]> {
  const namespaces = await Promise.all(
    Array.from({ length: tenants }, () => world.cluster.namespace('bench')),
  );
  for (const namespace of namespaces) {
    await world.apply(provider(namespace, { type: 'generic', address: url }), alert(namespace));
    await world.eventually({ what: 'the Alert to be known' }, async () => {
      await post(world, event(namespace, 'warm-up', { message: `warm ${namespace} ${Math.random()}` }));
      return warm.has(namespace);
    });
  }
  return namespaces;
}

interface Sent {
  /** When each was posted, by its number. */
  readonly sent: ReadonlyMap<number, number>;
  readonly accepted: ReadonlySet<number>;
  readonly seconds: number;
}

async function send(world: World, namespaces: readonly string[], count: number): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const sent = new Map<number, number>();
  const accepted = new Set<number>();
  const answers: Promise<void>[] = [];
  const one = async (number: number) => {
    const namespace = namespaces[number % namespaces.length] ?? '';
    const body = event(namespace, `app-${number % 100}`, { message: `event ${number} of ${namespace}` });
    sent.set(number, performance.now());
    const status = await postFast(agent, world.host.eventsUrl, JSON.stringify(body));
    if (status === 202) accepted.add(number);
  };
  const began = performance.now();
  for (let number = 0; number < count; ) {
    // What a late timer left out is made up for: the rate is that of the clock.
    const due = Math.min(count, Math.ceil(((performance.now() - began) / 1000) * rate) + 1);
    for (; number < due; number += 1) answers.push(one(number).catch(() => {}));
    await sleep(tickMs);
  }
  await Promise.all(answers);
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { sent, accepted, seconds };
}

/** The load has to cost less than what is measured: no `fetch`. @returns the status */
function postFast(agent: Agent, url: string, body: string): Promise<number> {
  return new Promise((done, fail) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => done(answer.statusCode ?? 0));
    })
      .once('error', fail)
      .end(body);
  });
}
