import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { clusterFromContext } from './cluster.ts';
import { parseContext, readKubeconfig } from './kubeconfig.ts';
import { configMaps, type FakeServer, reply, startFakeServer, statusBody } from './test/fake-server.ts';

let dir: string;
let server: FakeServer | undefined;

test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'flux-host-kubeconfig-'));
});

test.after.each(async () => {
  delete process.env['KUBECONFIG'];
  rmSync(dir, { recursive: true });
  await server?.close();
  server = undefined;
});

function write(name: string, content: object | string): string {
  const path = join(dir, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function kubeconfig(name: string, user: object = {}, cluster: object = {}): object {
  return {
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name, namespace: `ns-${name}` } }],
    clusters: [{ name, cluster: { server: `https://${name}:6443/`, ...cluster } }],
    users: [{ name, user }],
  };
}

test('of several files the first to define an entry wins, and missing files are skipped', async () => {
  const first = write('first', kubeconfig('one', { token: 'a' }));
  const second = write('second', {
    ...kubeconfig('two'),
    users: [
      { name: 'one', user: { token: 'b' } },
      { name: 'two', user: {} },
    ],
  });
  process.env['KUBECONFIG'] = [join(dir, 'missing'), first, second].join(delimiter);
  const one = clusterFromContext(await readKubeconfig());
  assert.equal([one.server, one.namespace, one.user.token], ['https://one:6443', 'ns-one', 'a']);
  const two = clusterFromContext(await readKubeconfig({ context: 'two' }));
  assert.is(two.server, 'https://two:6443');
});

test('relative paths in a kubeconfig start at its own folder', async () => {
  mkdirSync(join(dir, 'sub'));
  const path = write(
    join('sub', 'config'),
    kubeconfig(
      'one',
      { tokenFile: 'token', 'client-key': '/etc/key' },
      { 'certificate-authority': 'ca.crt' },
    ),
  );
  const { ca, user } = clusterFromContext(await readKubeconfig({ path }));
  assert.equal(ca, { file: join(dir, 'sub', 'ca.crt') });
  assert.is(user.tokenFile, join(dir, 'sub', 'token'));
  assert.equal(user.key, { file: '/etc/key' });
});

// What is wrong with the file, and what the error says about it.
const faults: readonly [string, object | string, RegExp][] = [
  ['no context', { contexts: [] }, /no current-context/],
  ['an unknown cluster', { ...kubeconfig('a'), clusters: [] }, /no entry "a" in clusters/],
  ['a server that is no URL', kubeconfig('a', {}, { server: 'nowhere' }), /"nowhere" as its server/],
  ['no mapping', 'just text', /not a mapping/],
  ['broken YAML', 'token: "secret-token\n bad: [', /not valid YAML/],
];

for (const [what, content, message] of faults) {
  test(`a kubeconfig with ${what} is refused in plain words, without its secrets`, () => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    try {
      clusterFromContext(parseContext(text, { from: 'secret flux-system/remote' }));
    } catch (error) {
      assert.instance(error, FluxError);
      assert.match(String(error), message);
      assert.not.match(String(error), 'secret-token');
      return;
    }
    assert.unreachable();
  });
}

test('a token file that was rotated is read again when the server refuses the old token', async () => {
  const tokenFile = write('token', 'old\n');
  server = await startFakeServer((request, response) => {
    if (request.headers.authorization === 'Bearer new') reply(response, 200, { metadata: { name: 'x' } });
    else reply(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
  });
  const client = server.client({ user: { tokenFile } });
  const get = () => client.get(configMaps, { namespace: 'a', name: 'x' });
  const refused = await get().catch((error: unknown) => error);
  assert.is(refused instanceof FluxError && refused.code, 'FLUX_E_KUBE_UNAUTHORIZED');
  writeFileSync(tokenFile, 'new\n');
  assert.is((await get()).metadata.name, 'x');
});

test('an exec plugin is run once for many requests and again when its token is refused', async () => {
  const counter = join(dir, 'count');
  const script = write(
    'plugin.cjs',
    `const fs = require('node:fs');
     fs.appendFileSync(${JSON.stringify(counter)}, 'x');
     const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
     if (info.kind !== 'ExecCredential' || info.spec.interactive) process.exit(1);
     const runs = fs.readFileSync(${JSON.stringify(counter)}, 'utf8').length;
     console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: 'ExecCredential', status: { token: 'run-' + runs } }));`,
  );
  let valid = 'run-1';
  server = await startFakeServer((request, response) => {
    if (request.headers.authorization === `Bearer ${valid}`)
      reply(response, 200, { metadata: { name: 'x' } });
    else reply(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
  });
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [script] };
  const client = server.client({ user: { plugin: { name: 'me', exec } } });
  const get = () => client.get(configMaps, { namespace: 'a', name: 'x' });
  await Promise.all([get(), get(), get()]);
  assert.is(server.seen.length, 3);
  valid = 'run-2';
  await get();
  assert.is(server.seen.length, 5);
});

test('an exec plugin that fails says which and why', async () => {
  server = await startFakeServer((_request, response) => reply(response, 200, {}));
  const exec = { command: process.execPath, args: ['-e', 'console.error("not logged in"); process.exit(1)'] };
  const client = server.client({ user: { plugin: { name: 'me', exec } } });
  const error = await client.resources().catch((failure: unknown) => failure);
  assert.is(error instanceof FluxError && error.code, 'FLUX_E_KUBECONFIG');
  assert.match(String(error), 'not logged in');
  assert.is(server.seen.length, 0);
});

test('the identity of a request wins over the one in the kubeconfig', async () => {
  server = await startFakeServer((_request, response) => reply(response, 200, { metadata: { name: 'x' } }));
  const client = server.client({ user: { impersonate: { user: 'outer', groups: ['g'] } } });
  const key = { namespace: 'a', name: 'x' };
  await client.get(configMaps, key);
  await client.impersonate({ user: 'inner', groups: ['h', 'i'] }).get(configMaps, key);
  await client.impersonate({ user: 'alone' }).get(configMaps, key);
  const identities = server.seen.map(({ headers }) => [
    headers['impersonate-user'],
    headers['impersonate-group'],
  ]);
  assert.equal(identities, [
    ['outer', 'g'],
    ['inner', 'h, i'],
    ['alone', undefined],
  ]);
});

test.run();
