import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type PoolWorker, workerPool } from './pool.ts';
import { createSandbox } from './sandbox.ts';
import { goPlugin, textPlugin } from './testing/modules.ts';
import { httpServer } from './testing/servers.ts';
import type { LoadedPlugin, PluginCall, Sandbox } from './types.ts';
import type { SandboxWorker } from './worker.ts';

const loader = createSandbox();
const probe = await loader.load(goPlugin());
const small = await loader.load(await textPlugin(''));
const hanging = await httpServer(() => {});
const quick = await httpServer((_request, response) => response.end('here'));

test.after(async () => {
  await loader.close();
  await hanging.close();
  await quick.close();
});

const answer = { plugin: small, export: 'build', input: {} };

async function within<T>(
  options: { slots: number; workers: number },
  work: (sandbox: Sandbox) => Promise<T>,
) {
  const sandbox = createSandbox(options);
  try {
    return await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** A call that asks a server. */
function asking(plugin: LoadedPlugin, { url, address }: { url: string; address: string }): PluginCall {
  return { plugin, export: 'get', input: { url }, tenant: 'a', egress: { allow: [address] } };
}

test("a tenant's long queue does not hold up the call of another", () =>
  within({ slots: 1, workers: 1 }, async (sandbox) => {
    let done = 0;
    const many = Array.from({ length: 2000 }, () =>
      sandbox.call({ ...answer, tenant: 'many' }).finally(() => {
        done += 1;
      }),
    );
    const settled = Promise.allSettled(many);
    await sandbox.call({ ...answer, tenant: 'one' }).catch(() => {});
    assert.ok(done < many.length, `${done} calls of the other tenant came first`);
    await settled;
    assert.is(done, many.length);
  }));

test('servers that do not answer hold nobody up but those who ask them', () =>
  within({ slots: 2, workers: 2 }, async (sandbox) => {
    const stop = new AbortController();
    const stuck = Array.from({ length: 6 }, (_, index) =>
      sandbox.call({ ...asking(probe, hanging), tenant: `stuck-${index}`, signal: stop.signal }),
    );
    const settled = Promise.allSettled(stuck);
    const { output } = await sandbox.call<{ text: string }>({ ...asking(probe, quick), tenant: 'other' });
    assert.is(output.text, 'here');
    assert.is(hanging.connections.size, 6);
    stop.abort();
    assert.ok((await settled).every(({ status }) => status === 'rejected'));
  }));

const idleWorker: SandboxWorker = {
  ready: Promise.resolve(),
  run: () => Promise.reject(new Error('nothing runs here')),
  terminate: () => Promise.resolve(),
};

/** A pool of two threads, both in use, in which calls of these modules were seen. */
async function poolThatKnows(memoryBytes: Readonly<Record<string, number>>) {
  const pool = workerPool({
    start: () => idleWorker,
    slots: 2,
    workers: 2,
    lightWorkers: 2,
    queue: 100,
    idleMs: 60_000,
  });
  const entries: PoolWorker[] = [];
  for (const module of Object.keys(memoryBytes)) {
    const key = `${module} a`;
    entries.push(Object.assign(await pool.acquire(key), { key }));
  }
  for (const [index, bytes] of Object.values(memoryBytes).entries()) {
    const entry = entries[index];
    if (entry) pool.release(entry, bytes);
  }
  return { pool, entries };
}

test('plugins that need little memory wait in more threads than there are slots, others do not', async () => {
  const { pool } = await poolThatKnows({ light: 2 ** 20, heavy: 2 ** 26 });
  for (const key of ['light a', 'heavy a']) pool.setBlocked(await pool.acquire(key), true);
  let served = false;
  const heavy = pool.acquire('heavy b').then(() => {
    served = true;
  });
  const third = await pool.acquire('light b');
  assert.is(pool.size, 3);
  assert.not(served, 'a heavy one waits for one of the threads that there are');
  pool.release(third);
  await heavy;
  assert.is(pool.size, 3);
  await pool.close();
});

test('an instance that needs little memory is not ended for another while it is in use', async () => {
  const { pool, entries } = await poolThatKnows({ light: 2 ** 20, heavy: 2 ** 26 });
  assert.not(entries.includes(await pool.acquire('light b')));
  assert.ok(entries.includes(await pool.acquire('heavy b')));
  assert.is(pool.size, 3);
  await pool.close();
});

test.run();
