import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { createEgress } from '@flux-host/host/sandbox/egress/egress.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import type { LoadedPlugin } from '@flux-host/host/sandbox/types.ts';
import { contractVersion } from '@flux-host/sdk/contract/manifest.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const run = promisify(execFile);
const egress = createEgress();
const lines: string[] = [];
const sandbox = createSandbox({ egress, log: ({ message }) => void lines.push(message) });
const received: string[] = [];
let server: Server;
let address: string;
let plugin: LoadedPlugin;

test.before(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'extism-pdk-'));
  await cp(join(import.meta.dirname, 'plugins', 'extism-pdk'), dir, { recursive: true });
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: dir });
  await run('npm', ['run', 'build'], { cwd: dir });
  const module = embedManifest(await readFile(join(dir, 'module.wasm')), {
    contract: contractVersion,
    name: 'extism-pdk',
    version: '1.0.0',
    description: 'Made with a PDK of Extism',
    provides: [{ kind: 'notifier', type: 'extism-pdk' }],
    requests: { network: ['$address'], capabilities: ['http'] },
  });
  await rm(dir, { recursive: true });
  plugin = await sandbox.load(module);
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    received.push(Buffer.concat(pieces).toString());
    response.end('thank you');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/`;
});

test.after(async () => {
  server?.close();
  await sandbox.close();
  await egress.close();
});

function notify(message: string, config: Readonly<Record<string, string>>) {
  const allow = [new URL(address).host];
  const input = { event: { message } };
  return sandbox.call({ plugin, export: 'notify', tenant: 'apps', input, config, egress: { allow } });
}

test('a plugin made with a PDK of Extism runs as it is: input, config, HTTP, log, variables, output', async () => {
  const first = await notify('wéb is not ready', { address });
  assert.equal(first.output, {});
  assert.equal(
    received.map((body) => JSON.parse(body)),
    [{ event: { message: 'wéb is not ready' } }],
  );
  assert.equal(lines, ['the service answered: thank you']);
});

test('its failures arrive in its own words', async () => {
  const error = await notify('hello', {}).catch((reason: unknown) => reason);
  assert.instance(error, FluxError);
  assert.match(String(error), 'the config has no address');
});

test('and it reaches no more than it was granted', async () => {
  const error = await notify('hello', { address: 'http://127.0.0.1:1/' }).catch((reason: unknown) => reason);
  assert.ok(error instanceof FluxError);
  assert.is(error.code, 'FLUX_E_EGRESS_DENIED');
});

test.run();
