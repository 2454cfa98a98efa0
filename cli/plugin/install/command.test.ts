import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPlugin } from '@flux-host/sdk/typescript/build';
import { startRegistry } from '@flux-host/test/helpers/registry.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyModule, workplace } from '../../testing/plugin.ts';

const here = dirname(fileURLToPath(import.meta.url));
const home = workplace();
const registry = await startRegistry();
const folder = join(home.dir, '.fluxcd', 'plugins');
const server = createServer((_request, response) => response.end('from the network'));

const dir = join(here, '..', '..', '..', '.build', 'test', `command-${process.pid}`);

/** A command in TypeScript, built: inside of the repository, so that imports of the SDK are found. */
async function command(name: string, body: string, more = ''): Promise<Uint8Array> {
  mkdirSync(dir, { recursive: true });
  const entry = join(dir, `${name}.ts`);
  writeFileSync(
    entry,
    `import * as sdk from '@flux-host/sdk/typescript';
     export default sdk.defineCommand({ name: '${name}', version: '1.0.0', description: 'A command for tests', ${more}
       async run({ args, stdin }) { ${body} } });`,
  );
  return (await buildPlugin({ entry })).wasm;
}

const show = `const input = stdin ? sdk.decodeUtf8(stdin) : 'none';
  const files = [...sdk.walk('/in')].filter((f) => f.endsWith('.yaml') && !f.includes('/.'));
  return { stdout: JSON.stringify({ args, input, files }) + '\\n', stderr: 'said\\n', exitCode: args.length };`;

test.before(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(home.dir, 'show.wasm'), await command('show', show));
  writeFileSync(
    join(home.dir, 'net.wasm'),
    await command(
      'net',
      `return { stdout: await (await fetch('http://127.0.0.1:${port}/')).text() };`,
      `requests: { network: ['127.0.0.1:${port}'] },`,
    ),
  );
  writeFileSync(join(home.dir, 'a.yaml'), 'kind: X\n');
});
test.after(async () => {
  server.close();
  server.closeAllConnections();
  home.remove();
  rmSync(dir, { recursive: true });
  await registry.stop();
});

test('what a command asks for is shown, and nothing is installed without a yes', async () => {
  for (const input of ['', 'n\n']) {
    const refused = await home.flux('plugin install net.wasm', { input });
    assert.is(refused.code, 1);
    assert.match(refused.err, 'net 1.0.0: A command for tests\n');
    assert.match(refused.err, /network +\t127\.0\.0\.1:\d+/);
    assert.match(refused.err, '? Grant net exactly this and install it? [y/N] ✗ aborting');
  }
  assert.not.ok(existsSync(folder) && readdirSync(folder).length > 0);
});

test('a command is installed from a file, listed, in the help, and run with words, input and the current folder', async () => {
  const { code, err } = await home.flux('plugin install ./show.wasm', { input: 'yes\n' });
  assert.is(code, 0, err);
  assert.match(err, 'It requests nothing.');
  assert.match(err, '✔ installed show 1.0.0: flux show\n');
  assert.match((await home.flux('--help')).out, '\nPlugin Commands:\n  show        A command for tests\n');
  assert.match((await home.flux('help show')).out, 'Wasm plugin show 1.0.0. It runs in a sandbox');
  assert.match((await home.flux('plugin list')).out, /show\t1\.0\.0 *\t\S+show\.wasm\twasm \(flux show\)/);
  const ran = await home.flux('show -n x --flag=1', { input: 'typed' });
  assert.is(ran.code, 3);
  assert.is(ran.err, 'said\n');
  assert.equal(JSON.parse(ran.out), { args: ['-n', 'x', '--flag=1'], input: 'typed', files: ['/in/a.yaml'] });
});

test('the program itself ends with the exit code of the command', () => {
  const main = join(here, '..', '..', 'main.ts');
  const { status, stdout } = spawnSync(process.execPath, [main, 'show', 'one'], {
    encoding: 'utf8',
    cwd: home.dir,
    env: { ...process.env, ...home.env },
    input: '',
  });
  assert.is(status, 1);
  assert.match(stdout, '"args":["one"]');
});

test('a command reaches the hosts that were agreed to; one that was only put there reaches none', async () => {
  assert.is((await home.flux('plugin install net.wasm --yes')).code, 0);
  assert.is((await home.flux('net')).out, 'from the network');
  const file = join(folder, 'net.wasm');
  writeFileSync(
    `${file}.yaml`,
    readFileSync(`${file}.yaml`, 'utf8').replace(/sha256:.{8}/, 'sha256:00000000'),
  );
  const { code, err } = await home.flux('net');
  assert.is(code, 1);
  assert.match(err, 'may not use the network: install it with "flux plugin install"');
});

test('built-in commands and programs win over Wasm', async () => {
  writeFileSync(join(home.dir, 'get.wasm'), emptyModule({ name: 'get', kinds: ['command'] }));
  const refused = await home.flux('plugin install get.wasm --yes');
  assert.is(refused.code, 1);
  assert.match(refused.err, '✗ flux get is a command already');
  writeFileSync(join(folder, 'flux-show'), '#!/bin/sh\necho native\n', { mode: 0o755 });
  assert.is((await home.flux('show')).out, 'native\n');
  assert.is((await home.flux('plugin uninstall show')).err, '✔ uninstalled show\n');
  assert.match((await home.flux('show')).out, '"args":[]');
});

test('what is no plugin, or adds no command, is passed over in the folder', async () => {
  writeFileSync(join(folder, 'junk.wasm'), 'junk');
  writeFileSync(join(folder, 'chat.wasm'), emptyModule({ name: 'chat' }));
  const { out } = await home.flux('plugin list');
  assert.not.match(out, /junk|chat/);
  assert.match((await home.flux('chat')).err, 'unknown command "chat"');
});

test('a plugin for the cluster is not installed from a file', async () => {
  writeFileSync(join(home.dir, 'chat.wasm'), emptyModule({ name: 'chat' }));
  const { code, err } = await home.flux('plugin install chat.wasm --yes');
  assert.is(code, 1);
  assert.match(err, '✗ chat.wasm adds no command; it is for the cluster (notifier) (hint: publish it');
});

test('a command from a registry is updated, and asks again when it wants more', async () => {
  const push = async (version: string, requests: object = {}) => {
    writeFileSync(
      join(home.dir, 'tool.wasm'),
      emptyModule({ name: 'tool', kinds: ['command'], version, requests }),
    );
    const { code, err } = await home.flux(`plugin push tool.wasm oci://${registry.address}/tool:${version}`);
    assert.is(code, 0, err);
  };
  await push('1.0.0');
  const installed = await home.flux(`plugin install oci://${registry.address}/tool:1.0.0 --yes`);
  assert.is(installed.code, 0, installed.err);
  assert.match(installed.err, '⚠️ no known key has signed this plugin');
  assert.is((await home.flux('plugin update tool')).err, '✔ tool already up to date (v1.0.0)\n');
  await push('1.1.0');
  await push('2.0.0-rc.1');
  assert.is((await home.flux('plugin update tool')).err, '✔ updated tool v1.0.0 → v1.1.0\n');
  await push('1.2.0', { network: ['*'] });
  const asked = await home.flux('plugin update tool', { input: 'n\n' });
  assert.is(asked.code, 1);
  assert.match(asked.err, '* (every host)');
  assert.match((await home.flux('plugin list')).out, /tool\t1\.1\.0/);
  assert.match((await home.flux('plugin update tool --yes')).err, '✔ updated tool v1.1.0 → v1.2.0\n');
  assert.match((await home.flux('plugin update show')).err, '⚠️ skipping show (manually installed)\n');
});

test('a command is uninstalled with its receipt', async () => {
  assert.is((await home.flux('plugin uninstall tool')).code, 0);
  assert.not.ok(readdirSync(folder).some((file) => file.startsWith('tool')));
  const { code, err } = await home.flux('plugin uninstall tool');
  assert.is(code, 1);
  assert.match(
    err,
    '✗ plugin "tool" is not installed (hint: a Wasm plugin of the cluster is uninstalled with --cluster)',
  );
});

test('a command that fails says why, and one that never ends can be interrupted', async () => {
  writeFileSync(
    join(home.dir, 'fail.wasm'),
    await command(
      'fail',
      `if (args[0]) for (;;); throw new sdk.PluginError('no such thing', { hint: 'look again' });`,
    ),
  );
  await home.flux('plugin install fail.wasm --yes');
  const { code, err } = await home.flux('fail');
  assert.is(code, 1);
  assert.is(err, '✗ no such thing (hint: look again)\n');
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(new Error('interrupted')), 500);
  const ended = await home.flux('fail forever', { interrupt: interrupt.signal });
  assert.is(ended.code, 130);
});

test.run();
