import { OCIRepository } from '@flux-host/crds/source/oci-repository.ts';
import { createReflector } from '@flux-host/host/kube/reflector.ts';
import { type ArtifactPusher, artifactPusher } from '../helpers/oci/artifacts.ts';
import { type FaultProxy, startFaultProxy, startRegistry } from '../helpers/registry.ts';
import { type Bench, type BenchOptions, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { watchUsage } from './resources.ts';
import { namespace, onStage, type Stage } from './stage.ts';
import { fluxHost, type System } from './system.ts';

const patienceMs = 600_000;
const filesEach = 20;

export const bench: Bench = {
  about:
    'N OCIRepositories until all are Ready, then one round in which nothing changed (--n 300, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const { n = 300, log } = options;
    const registry = await startRegistry();
    // Counts the requests of both, and slows both down alike.
    const proxy = await startFaultProxy(registry.address);
    const pusher = artifactPusher(registry.address);
    try {
      log(`${n} artifacts`);
      await pushAll(pusher, n);
      const ours = await measure(fluxHost, options, proxy);
      const peer = flux && (await measure(flux, options, proxy));
      return [
        row('ready', 's', ours.ready, peer?.ready),
        row('requests until ready', 'per source', ours.requests, peer?.requests),
        row('unchanged round', 's', ours.round, peer?.round),
        row('requests of the round', 'per source', ours.roundRequests, peer?.roundRequests),
        row('rss', 'MiB', ours.rss, peer?.rss),
        row('cpu', 's', ours.cpu, peer?.cpu),
      ];
    } finally {
      await pusher.close();
      await proxy.stop();
      await registry.stop();
    }
  },
};

async function pushAll(pusher: ArtifactPusher, n: number): Promise<void> {
  const left = Array.from({ length: n }, (_, index) => index);
  const worker = async () => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      const files = Object.fromEntries(
        Array.from({ length: filesEach }, (_, file) => [
          `apps/config-${file}.yaml`,
          `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-${file}\ndata:\n  index: "${index}"\n`,
        ]),
      );
      await pusher.push(`app-${index}`, 'latest', { files });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

interface Measured {
  readonly ready: number;
  readonly requests: number;
  readonly round: number;
  readonly roundRequests: number;
  readonly rss: number;
  readonly cpu: number;
}

async function measure(system: System, { n = 300, log }: BenchOptions, proxy: FaultProxy): Promise<Measured> {
  log(`${system.name}: ${n} OCIRepositories`);
  return onStage(system, async (stage) => {
    const { all, close } = await watchSources(stage);
    const usage = watchUsage(stage.system.pids);
    const seconds = async (work: () => Promise<void>, holds: (object: OCIRepository) => boolean) => {
      proxy.forget();
      const began = performance.now();
      await work();
      await all(n, holds);
      return { time: (performance.now() - began) / 1000, requests: proxy.requests.length / n };
    };
    try {
      const objects = Array.from({ length: n }, (_, index) => source(index, proxy.address));
      const first = await seconds(() => stage.apply(objects), isReady);
      log(`${system.name}: all are Ready; a round in which nothing changed`);
      const requestedAt = new Date().toISOString();
      const second = await seconds(
        () => ask(stage, n, requestedAt),
        (object) => isReady(object) && object.status?.lastHandledReconcileAt === requestedAt,
      );
      const { rss, cpu } = usage.stop();
      return {
        ready: first.time,
        requests: first.requests,
        round: second.time,
        roundRequests: second.requests,
        rss,
        cpu,
      };
    } finally {
      close();
    }
  });
}

function source(index: number, registry: string): OCIRepository {
  return {
    apiVersion: OCIRepository.apiVersion,
    kind: OCIRepository.kind,
    metadata: { name: `app-${index}`, namespace },
    spec: { interval: '1h', url: `oci://${registry}/app-${index}`, insecure: true },
  };
}

function isReady({ status, metadata }: OCIRepository): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  );
}

/** Asks for a look at each, as a Receiver does. */
async function ask({ client }: Stage, n: number, requestedAt: string): Promise<void> {
  const metadata = { annotations: { 'reconcile.fluxcd.io/requestedAt': requestedAt } };
  const left = Array.from({ length: n }, (_, index) => index);
  const worker = async () => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      const key = { namespace, name: `app-${index}` };
      await client.patch(OCIRepository, key, { metadata }, { type: 'merge', fieldManager: 'bench' });
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

/** Knows when the condition holds for as many objects, looked at whenever one changes. */
async function watchSources({ client }: Stage) {
  const stop = new AbortController();
  const checks = new Set<() => void>();
  const reflector = createReflector<OCIRepository>({
    client,
    resource: OCIRepository,
    // The store is filled after the handler ran: look in a moment.
    onEvent: () => {
      setImmediate(() => {
        for (const check of checks) check();
      });
    },
  });
  await reflector.start(stop.signal);
  return {
    close: () => stop.abort(),
    all: (n: number, holds: (object: OCIRepository) => boolean) =>
      new Promise<void>((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          checks.delete(check);
        };
        const check = () => {
          if (reflector.store.list().filter(holds).length < n) return;
          end();
          resolve();
        };
        const timer = setTimeout(() => {
          end();
          const late = reflector.store.list().find((object) => !holds(object));
          const message = late?.status?.conditions?.find(({ type }) => type === 'Ready')?.message;
          reject(new Error(`not done after ${patienceMs / 1000} s; ${late?.metadata.name}: ${message}`));
        }, patienceMs);
        checks.add(check);
        check();
      }),
  };
}
