import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FluxResult, flux } from '../../testing/flux.ts';

const cwd = mkdtempSync(join(tmpdir(), 'flux-wasm-'));
test.after(() => rmSync(cwd, { recursive: true }));

const run = (line: string): Promise<FluxResult> => flux(line.split(' '), { cwd });

test.before(async () => {
  await run('plugin init chat --kind notifier');
  await run('plugin build');
  writeFileSync(join(cwd, 'token'), 's3cret-in-a-file\n');
});

test('the request that would go out is shown, with credentials masked in every form', async () => {
  const { code, out, err } = await run('plugin run chat.wasm --event event.json --secret token=pa55');
  assert.is(code, 0, err);
  assert.is(
    out,
    `POST https://chat.example.com/hook
  content-type: application/json
  authorization: Bearer *****

  {
    "text": "Kustomization/flux-system/apps: Reconciliation finished in 1.2s, next run in 10m0s",
    "channel": "deployments",
    "severity": "info"
  }

{}
`,
  );
  assert.match(err, /^► chat: notify \(nothing leaves this machine\)\n✔ answered in [\d.]+ ms\n$/);
});

test('a secret in a file is not shown, wherever the plugin puts it', async () => {
  const request = {
    event: { ...JSON.parse(readFileSync(join(cwd, 'event.json'), 'utf8')), message: 'is s3cret-in-a-file' },
    provider: {
      namespace: 'a',
      name: 'b',
      type: 'chat',
      address: 'https://chat.example.com/s3cret-in-a-file',
    },
  };
  writeFileSync(join(cwd, 'leaky.json'), JSON.stringify(request));
  const { code, all } = await run(
    'plugin run chat.wasm --request leaky.json --secret token=@token --record r.json',
  );
  assert.is(code, 0, all);
  assert.match(all, 'chat.example.com/*****');
  assert.not.match(all + readFileSync(join(cwd, 'r.json'), 'utf8'), 's3cret');
});

test('requests are recorded in a file, also when an address is given', async () => {
  const address = 'http://127.0.0.1:1/nobody';
  const { code, err } = await run(
    `plugin run chat.wasm --event event.json --address ${address} --record r.json`,
  );
  assert.is(code, 0, err);
  assert.match(err, '✔ 1 request(s) recorded in r.json\n');
  const [request] = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'));
  assert.is(request.method, 'POST');
  assert.is(request.url, address);
  assert.is(JSON.parse(request.body).severity, 'info');
});

test('with an address the plugin connects for real, with settings and channel from flags', async () => {
  const received: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (piece) => received.push(`${request.headers.authorization} ${piece}`));
    request.on('end', () => response.end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(cwd, 'config.json'), '{"prefix":"! "}');
  const { code, all } = await run(
    `plugin run chat.wasm --event event.json --address http://127.0.0.1:${port}/ --channel ops --config config.json --secret token=t0ken1`,
  );
  server.closeAllConnections();
  server.close();
  assert.is(code, 0, all);
  assert.match(all, 'connecting for real');
  assert.is(received.length, 1);
  assert.match(received[0] ?? '', /^Bearer t0ken1 \{"text":"! Kustomization.*"channel":"ops"/);
});

test('a failure of the plugin is told with what the host makes of it', async () => {
  const { code, err } = await run('plugin run chat.wasm --event event.json --address http://127.0.0.1:1/');
  assert.is(code, 1);
  assert.match(err, /\n✗ .*127\.0\.0\.1:1.* \[FLUX_E_\w+, tried again later\]\n$/);
});

test('a module is measured', async () => {
  const { code, out, err } = await run('plugin bench chat.wasm --event event.json --calls 5');
  assert.is(code, 0, err);
  assert.match(err, '► chat: 5 calls of notify');
  for (const row of ['size', 'load', 'first call', 'median', '95 %', 'slowest', 'calls a second']) {
    assert.match(out, new RegExp(`^${row} *\t\\d`, 'm'));
  }
  writeFileSync(join(cwd, 'bad.json'), JSON.stringify({ event: {} }));
  assert.is((await run('plugin bench chat.wasm --request bad.json --calls 5')).code, 1);
});

test('what a plugin is and asks for is shown, for people and for scripts', async () => {
  const { out } = await run('plugin inspect chat.wasm');
  for (const line of [
    /^name +\tchat +\t$/m,
    /^provides +\tnotifier chat +\t$/m,
    /^digest +\tsha256:[0-9a-f]{64} *\t$/m,
    /^exports +\tnotify +\t$/m,
    /extism:host\/user\.flux_http_open/,
    /^network *\t\$address \(the address that the user of the plugin names\)/m,
    /^credential *\tkey token as header Authorization to \$address/m,
  ]) {
    assert.match(out, line);
  }
  const json = JSON.parse((await run('plugin inspect chat.wasm -o json')).out);
  assert.is(json.manifest.requests.memory, '32Mi');
  assert.equal(load((await run('plugin inspect chat.wasm -o yaml')).out), json);
});

test('a module is checked as a host does', async () => {
  const { code, err } = await run('plugin verify chat.wasm');
  assert.is(code, 0, err);
  assert.match(
    err,
    /^✔ module is whole and compiles: sha256:[0-9a-f]{64}\n✔ manifest is valid: chat 1\.0\.0, notifier chat\n/,
  );
  const wasm = readFileSync(join(cwd, 'chat.wasm'));
  writeFileSync(join(cwd, 'cut.wasm'), wasm.subarray(0, wasm.length - 100));
  const cut = await run('plugin verify cut.wasm');
  assert.is(cut.code, 1);
  assert.match(cut.err, "✗ the plugin's file is cut off");
  const damaged = Buffer.from(wasm);
  damaged[Math.floor(wasm.length / 4)] = (damaged[Math.floor(wasm.length / 4)] ?? 0) ^ 0xff;
  writeFileSync(join(cwd, 'damaged.wasm'), damaged);
  assert.is((await run('plugin verify damaged.wasm')).code, 1);
});

test('a source is called with its second function, and what it wrote is told', async () => {
  const folder = join(cwd, 'source');
  mkdirSync(folder);
  await flux(['plugin', 'init', 'file', '--kind', 'source'], { cwd: folder });
  await flux(['plugin', 'build'], { cwd: folder });
  const words = 'plugin run file.wasm --request request.json --operation fetch'.split(' ');
  const { code, err, out } = await flux(words, { cwd: folder });
  assert.is(code, 0, err);
  assert.match(out, 'GET https://files.example.com/app.yaml');
  assert.match(err, '✚ /out/app.yaml  2 characters');
});

const mistakes: readonly (readonly [string, string])[] = [
  ['plugin run', 'accepts 1 arg(s), received 0'],
  ['plugin run event.json', 'event.json is no .wasm file'],
  ['plugin run nothing.wasm', 'cannot read nothing.wasm: no such file or directory'],
  ['plugin run chat.wasm --event token', 'token is not JSON'],
  ['plugin run chat.wasm --event nothing.json', 'cannot read nothing.json: no such file or directory'],
  ['plugin run chat.wasm --kind source', 'plugin chat provides no source, but: notifier'],
  ['plugin run chat.wasm --operation fetch', 'a notifier has no operation "fetch": notify'],
  ['plugin run chat.wasm --secret token', '--secret has to be key=value'],
  ['plugin run chat.wasm --config event.json', 'the config for plugin chat is not valid: must not have'],
  ['plugin inspect chat.wasm -o xml', '--output must be json or yaml, not xml'],
  ['plugin inspect token', 'token is no .wasm file'],
  ['plugin bench chat.wasm --calls 0', '--calls must be between 1 and 1000000'],
  ['plugin verify chat.wasm --key token', 'files have no signature'],
];

for (const [line, message] of mistakes) {
  test(`"${line}" is refused: ${message}`, async () => {
    const { code, err } = await run(line);
    assert.is(code, 1);
    assert.ok(
      err.split('\n').some((each) => each.startsWith('✗ ') && each.includes(message)),
      err,
    );
  });
}

test.run();
