import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildPlugin } from '@flux-host/sdk/typescript/build/index.ts';
import { createWorld, type World } from '../../e2e/harness.ts';
import { alert, event, post, provider } from '../../e2e/notifications/stage.ts';
import { type Row, row } from '../bench.ts';
import { watchUsage } from '../resources.ts';
import { startSink } from './sink.ts';

/** A host gives memory back some seconds after it needed it; a few plugins are no measurement anyway. */
const settleMs = (count: number) => Math.min(10_000, count * 1000);

/** How much larger a host is for each plugin that is installed, and for each that was called. */
export async function measureMemory(dir: string, count: number): Promise<Row[]> {
  const folder = join(dir, 'installed');
  await makePlugins(folder, count);
  const reached = new Set<string>();
  const sink = await startSink((body) => reached.add(body));
  const world = await createWorld();
  try {
    const without = await settled(world, count);
    await world.stopHosts();
    await world.startHost({ pluginDirs: [folder] });
    const idle = await settled(world, count);
    await callAll(world, { count, url: sink.url, reached });
    const used = await settled(world, count);
    return [
      row('rss idle', 'MiB/plugin', Math.max(0, idle - without) / count),
      row('rss used', 'MiB/plugin', Math.max(0, used - without) / count),
    ];
  } finally {
    await world.close();
    await sink.close();
  }
}

async function settled(world: World, count: number): Promise<number> {
  await sleep(settleMs(count));
  return watchUsage([world.host.pid]).stop().rss;
}

/** Notifiers, since one event reaches any number of them. No two modules are the same. */
async function makePlugins(folder: string, count: number): Promise<void> {
  const sources = join(folder, '..', 'sources');
  await mkdir(sources, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const entry = join(sources, `plugin-${number}.ts`);
    await writeFile(entry, sourceOf(number));
    await buildPlugin({ entry, out: join(folder, `bench-${number}.wasm`) });
  }
}

const sourceOf = (number: number) => `import { defineNotifier } from '@flux-host/sdk/typescript';
export default defineNotifier({
  name: 'bench-${number}', version: '1.0.0', description: 'One of many', requests: { network: ['$address'] },
  async notify({ provider }) {
    await fetch(provider.address!, { method: 'POST', body: '${number}' });
    return {};
  },
});
`;

async function callAll(
  world: World,
  { count, url, reached }: { count: number; url: string; reached: ReadonlySet<string> },
): Promise<void> {
  const namespace = await world.cluster.namespace('bench');
  for (let number = 0; number < count; number += 1) {
    const name = `bench-${number}`;
    await world.apply(
      provider(namespace, { type: name, address: url }, name),
      alert(namespace, { providerRef: { name } }, name),
    );
  }
  // The Alerts are known some time after they were made: an event that came before is told to those that were.
  let nextAt = 0;
  await world.eventually(
    { what: 'a call of every plugin', timeoutMs: 120_000, state: () => `${reached.size} of ${count}` },
    async () => {
      if (Date.now() >= nextAt) {
        nextAt = Date.now() + 2000;
        await post(world, event(namespace, 'app', { message: `event ${nextAt}` }));
      }
      return reached.size === count;
    },
  );
}
