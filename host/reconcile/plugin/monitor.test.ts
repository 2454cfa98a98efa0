import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CatalogEntry } from '../../plugins/catalog.ts';
import type { PluginHost } from '../../plugins/plugin-host.ts';
import { createPlugins } from '../../plugins/plugins.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import { textPlugin } from '../../sandbox/testing/modules.ts';
import { until } from '../../sandbox/testing/servers.ts';
import { watchStates } from './monitor.ts';

const test = suite('what a status shows');
const root = mkdtempSync(join(tmpdir(), 'flux-host-monitor-'));
const sandbox = createSandbox();
let plugins: PluginHost;
let woken: string[] = [];
let stop: () => void;

async function install(name: string, code: string, createdAt: string): Promise<void> {
  const file = join(root, `${name}.wasm`);
  const body = `(memory (export "memory") 1) (func (export "build") (result i32) ${code} i32.const 0)`;
  writeFileSync(file, await textPlugin(body, { name, requests: {} }));
  const entry: CatalogEntry = {
    name,
    createdAt,
    origin: { plugin: name },
    provides: [{ kind: 'builder', type: 'probe' }],
    grants: { network: [], capabilities: [], secretKeys: [], credentials: [] },
    suspended: false,
    module: { ...(await sandbox.inspect(file)), file },
  };
  plugins.install(entry);
}

const call = () =>
  plugins
    .call({ kind: 'builder', type: 'probe', namespace: 'apps', operation: 'build', input: {} })
    .catch(() => undefined);

test.before.each(async () => {
  const onError = (error: Error) => {
    throw error;
  };
  plugins = await createPlugins({ sandbox, dirs: [], onError, breaker: { threshold: 2 } });
  woken = [];
  stop = watchStates({
    plugins,
    countersMs: 200,
    isInstalled: (name) => name !== 'built-in',
    wake: (name) => woken.push(name),
  });
});
test.after.each(() => {
  stop();
  plugins.close();
});
test.after(async () => {
  await sandbox.close();
  rmSync(root, { recursive: true });
});

test('many calls wake the object once in a while, and the last of them is not left out', async () => {
  await install('well', '', '2026-01-01T00:00:00Z');
  await call();
  woken = [];
  for (let count = 0; count < 50; count += 1) await call();
  const early = woken.length;
  await until(() => woken.length > early);
  assert.ok(woken.length < 10, `${woken.length} times for 50 calls`);
  assert.is(plugins.state('well').calls, 51);
});

test('without calls nobody is woken', async () => {
  await install('well', '', '2026-01-01T00:00:00Z');
  await call();
  await until(() => woken.length > 0);
  woken = [];
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.ok(woken.length <= 1, 'the counters of the call, and no more');
});

test('a circuit that opens is shown at once', async () => {
  await install('shaky', 'unreachable', '2026-01-01T00:00:00Z');
  await call();
  woken = [];
  await call();
  assert.equal(woken, ['shaky']);
  assert.is(plugins.state('shaky').circuits.length, 1);
});

test('a conflict is shown at once, and its end as well', async () => {
  await install('young', '', '2026-01-02T00:00:00Z');
  await install('old', '', '2026-01-01T00:00:00Z');
  assert.ok(woken.includes('young'));
  woken = [];
  plugins.uninstall('old');
  assert.ok(woken.includes('young'));
});

test('what has no object is left alone', async () => {
  await install('built-in', '', '2026-01-01T00:00:00Z');
  await call();
  assert.equal(woken, []);
});

test.run();
