import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { measureCalls } from './plugins/calls.ts';
import { measureEvents } from './plugins/events.ts';
import { measureMemory } from './plugins/memory.ts';
import { startSink } from './plugins/sink.ts';
import { usesIn } from './plugins/uses.ts';

/** For each plugin that is installed so many calls and events are made: 2000 and 30,000 (30 s) at 50. */
const perPlugin = { calls: 40, events: 600 } as const;

export const bench: Bench = {
  about: 'plugins: build, cold start, calls of each kind, memory of N, events delivered at 1000/s (--n 50)',
  async run({ n = 50, log }) {
    const dir = mkdtempSync(join(tmpdir(), 'bench-plugins-'));
    const sink = await startSink();
    try {
      log(`${n * perPlugin.calls} calls of each kind`);
      const calls = await measureCalls(dir, usesIn(dir, sink.url), n * perPlugin.calls);
      log(`memory of ${n} plugins`);
      const memory = await measureMemory(dir, n);
      log(`${n * perPlugin.events} events at 1000 a second`);
      return [...calls, ...memory, ...(await measureEvents(n * perPlugin.events))];
    } finally {
      await sink.close();
      rmSync(dir, { recursive: true });
    }
  },
};
