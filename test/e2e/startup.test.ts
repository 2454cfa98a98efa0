import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { installDefinitions } from '../helpers/definitions.ts';
import { freePorts } from '../helpers/ports.ts';
import { configMap, createApp } from './app.ts';
import { createWorld } from './harness.ts';

const main = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'host', 'main.ts');
const dir = mkdtempSync(join(tmpdir(), 'flux-host-startup-'));
test.after(() => rmSync(dir, { recursive: true, force: true }));

function startAt(port: number) {
  const kubeconfig = join(dir, `config-${port}`);
  const cluster = { server: `http://127.0.0.1:${port}` };
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    clusters: [{ name: 'x', cluster }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    users: [{ name: 'x', user: { token: 'x' } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(content));
  const flags = ['--metrics-addr=0', '--health-addr=0', '--storage-addr=127.0.0.1:0', '--receiverAddr=0'];
  const child = spawn(process.execPath, [
    main,
    ...flags,
    `--kubeconfig=${kubeconfig}`,
    `--storage-path=${join(dir, 's')}`,
  ]);
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const end = once(child, 'close').then(() => {
    clearTimeout(killer);
    return { code: child.exitCode, output };
  });
  return { child, end };
}

test('an API server that nobody listens for ends the start with its address', async () => {
  const [port = 0] = await freePorts(1);
  const { code, output } = await startAt(port).end;
  assert.is(code, 1);
  assert.match(
    output,
    new RegExp(
      `no answer from the API server at .*127\\.0\\.0\\.1:${port}.*hint: check that the API server runs`,
    ),
  );
});

test('SIGTERM ends a host that waits for an API server which is silent', async () => {
  const server = createServer(() => {})
    .listen(0, '127.0.0.1')
    .unref();
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const { child, end } = startAt(address.port);
  await once(server, 'connection');
  child.kill('SIGTERM');
  const { code } = await end;
  assert.is.not(code, null, 'it ended by itself');
  server.close();
});

test("a cluster without Flux's kinds: the host says so, and begins once they are installed", async () => {
  const world = await createWorld({ withoutHost: true, withoutDefinitions: true });
  try {
    const logs = join(dir, 'waiting', 'host.log');
    const starting = world.startHost({ dir: join(dir, 'waiting') });
    await world.eventually(
      { what: 'the log to name the kinds' },
      () => existsSync(logs) && /GitRepository.*watch failed, trying again/.test(readFileSync(logs, 'utf8')),
    );
    await installDefinitions(world.client);
    await starting;
    const app = await createApp(world, { files: { 'one.yaml': configMap('one') } });
    await world.ready(app.kustomization);
  } finally {
    await world.close();
  }
});

test.run();
