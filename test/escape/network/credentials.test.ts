import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlugins } from '@flux-host/host/plugins/plugins.ts';
import type { PluginUse } from '@flux-host/host/plugins/types.ts';
import { createSandbox } from '@flux-host/host/sandbox/sandbox.ts';
import { httpServer, type TestHttpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import type { Sandbox } from '@flux-host/host/sandbox/types.ts';
import type { PluginRequests } from '@flux-host/sdk/contract/manifest.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asking } from '../guest/http.ts';
import { program } from '../guest/program.ts';

/**
 * Getting hold of a credential that the host adds, through the same door as every use of a plugin (host/plugins). What is left, as it has to be: a server
 * that was granted can tell a plugin whatever it knows.
 */
const sandbox = createSandbox();
const root = mkdtempSync(join(tmpdir(), 'escape-credentials-'));
let granted: TestHttpServer;
let other: TestHttpServer;
let echo: TestHttpServer;

test.before(async () => {
  granted = await httpServer((_request, response) => response.end('granted'));
  other = await httpServer((_request, response) => response.end('other'));
  echo = await httpServer((request, response) => response.end(JSON.stringify(request.headers)));
});
test.before.each(() => {
  granted.seen.length = other.seen.length = echo.seen.length = 0;
});
test.after(async () => {
  await sandbox.close();
  await Promise.all([granted.close(), other.close(), echo.close()]);
  rmSync(root, { recursive: true });
});

const token = 't0k3n-of-the-user';
const requests: PluginRequests = {
  network: ['*', '$address', 'localhost'],
  capabilities: ['http', 'tcp'],
  credentials: [{ header: { name: 'Authorization', key: 'token', format: 'Bearer {}' } }],
};

/** A builder that asks for this URL, used by an object with this address. */
async function use(url: string, address: string, more: Partial<PluginUse> = {}): Promise<string> {
  const dir = mkdtempSync(join(root, 'plugins-'));
  writeFileSync(
    join(dir, 'probe.wasm'),
    await program(asking({ url, redirects: 5 }), { dump: -1 }, { requests }),
  );
  const plugins = await createPlugins({ sandbox, dirs: [dir], onError: assert.unreachable });
  try {
    const { output } = await plugins.call<{ dump: string }>({
      kind: 'builder',
      type: 'probe',
      namespace: 'apps',
      operation: 'build',
      input: {},
      secret: { token: Buffer.from(token).toString('base64') },
      address,
      ...more,
    });
    return Buffer.from(output.dump, 'hex').toString();
  } finally {
    plugins.close();
  }
}

const sentTo = ({ seen }: TestHttpServer) => seen.map(({ headers }) => headers.authorization);

test('the credential is on the request to the address, or the cases below would prove nothing', async () => {
  await use(`${granted.url}/`, granted.url);
  assert.equal(sentTo(granted), [`Bearer ${token}`]);
});

/** Addresses that a user may write, and where the credential must not go to although the plugin wants it there. */
const confusing: Record<string, () => string> = {
  'with the host of the attacker as user info': () => `http://localhost:${other.port}@${granted.address}/`,
  'with user info and a backslash': () => `http://${granted.address}\\@localhost:${other.port}/`,
  'with the attacker behind a hash': () => `http://${granted.address}#@localhost:${other.port}/`,
  'with the attacker in the query': () => `http://${granted.address}?@localhost:${other.port}/`,
  'with the attacker in the path': () => `http://${granted.address}//localhost:${other.port}/`,
  'with a comma': () => `http://${granted.address},localhost:${other.port}`,
  'that is scp-like': () => `localhost@${granted.address}:${other.port}/`,
  'that is a word': () => '$address',
  'that is everybody': () => '*',
  'that is nothing': () => '',
};

for (const [what, address] of Object.entries(confusing)) {
  test(`an address ${what} sends the credential to nobody else`, async () => {
    await use(`http://localhost:${other.port}/`, address());
    assert.not.ok(
      sentTo(other).some((one) => one?.includes(token)),
      sentTo(other).join(),
    );
  });
}

test('a plugin cannot make the address, and with it the credential, its own', async () => {
  await use(`http://localhost:${other.port}/`, granted.url);
  await use(`http://user@localhost:${other.port}/`, granted.url);
  assert.not.ok(sentTo(other).some((one) => one?.includes(token)));
});

test('a credential in the query is not told when the server repeats it in a redirect', async () => {
  const repeating = await httpServer((request, response) =>
    response.writeHead(302, { location: `${other.url}/stolen?${request.url?.split('?')[1]}&again` }).end(),
  );
  const query: PluginRequests = { ...requests, credentials: [{ query: { name: 'key', key: 'token' } }] };
  const dir = mkdtempSync(join(root, 'plugins-'));
  const module = await program(
    asking({ url: repeating.url, redirects: 0 }),
    { dump: -1 },
    { requests: query },
  );
  writeFileSync(join(dir, 'probe.wasm'), module);
  const plugins = await createPlugins({ sandbox, dirs: [dir], onError: assert.unreachable });
  const secret = { token: Buffer.from(token).toString('base64') };
  const { output } = await plugins.call<{ dump: string }>({
    ...{ kind: 'builder', type: 'probe', namespace: 'apps', operation: 'build', input: {} },
    ...{ secret, address: repeating.url },
  });
  const text = Buffer.from(output.dump, 'hex').toString();
  assert.match(text, /"status":302/);
  assert.not.match(text, new RegExp(token));
  assert.match(repeating.seen[0]?.url ?? '', new RegExp(token));
  plugins.close();
  await repeating.close();
});

test('keys of a Secret that were not granted are not in the input, however the plugin asks', async () => {
  const seen: unknown[] = [];
  const spy: Sandbox = {
    ...sandbox,
    call(call) {
      seen.push(call.input);
      return sandbox.call(call);
    },
  };
  const dir = mkdtempSync(join(root, 'plugins-'));
  const all: PluginRequests = { ...requests, secretKeys: ['token', '__proto__', 'constructor', '...'] };
  writeFileSync(join(dir, 'probe.wasm'), await program([], {}, { requests: all }));
  const plugins = await createPlugins({
    sandbox: spy,
    dirs: [dir],
    onError: assert.unreachable,
  });
  const secret = { token: 'dG9rZW4=', identity: 'aWRlbnRpdHk=', known_hosts: 'aG9zdHM=' };
  await plugins.call({
    ...{ kind: 'builder', type: 'probe', namespace: 'apps', operation: 'build', input: {} },
    ...{ secret, unseen: [] },
  });
  assert.equal(seen, [{ secret: { token: 'dG9rZW4=' } }]);
  plugins.close();
});

test('the environment of the host and its proxies are not told by a refusal', async () => {
  const text = await use(`http://localhost:1/`, granted.url);
  assert.not.match(text, /HOME|PATH|proxy/i);
});

test.run();
