import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSandbox } from './sandbox.ts';
import { goPlugin, textPlugin } from './testing/modules.ts';
import { httpServer } from './testing/servers.ts';
import type { LoadedPlugin, PluginCall, Sandbox } from './types.ts';

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

test.run();
