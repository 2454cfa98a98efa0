import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from './git/cli.ts';
import { git, startGitServer, startProxy, startRedirectServer, startSshServer } from './git-server.ts';

const scratch = mkdtempSync(join(tmpdir(), 'flux-host-git-test-'));
let clones = 0;

async function clone(url: string, options: { config?: string[]; env?: Record<string, string> } = {}) {
  clones += 1;
  const dir = join(scratch, String(clones));
  const config = (options.config ?? []).flatMap((setting) => ['-c', setting]);
  await git([...config, 'clone', '--quiet', url, dir], options.env ? { env: options.env } : {});
  return { dir, head: await git(['rev-parse', 'HEAD'], { cwd: dir }) };
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('this should have failed');
}

test.after(() => rmSync(scratch, { recursive: true, force: true }));

test('a repository holds what its commits say: files, symlinks, modes, removals', async () => {
  const server = await startGitServer();
  const repository = await server.createRepository('fleet', { 'a.yaml': 'a: 1\n', 'b/c': 'c' });
  const id = await repository.commit({
    files: { link: { symlink: 'a.yaml' }, 'run.sh': { executable: '#!/bin/sh\n' } },
    remove: ['b/c'],
    message: 'second',
  });
  const { dir, head } = await clone(repository.url);
  assert.is(head, id);
  assert.is(readFileSync(join(dir, 'link'), 'utf8'), 'a: 1\n');
  assert.is(statSync(join(dir, 'run.sh')).mode & 0o111, 0o111);
  assert.is(await git(['ls-files'], { cwd: dir }), 'a.yaml\nlink\nrun.sh');
  await server.close();
});

test('branches, light and annotated tags and releases point at the commits that were returned', async () => {
  const server = await startGitServer();
  const repository = await server.createRepository('fleet', { f: '1' });
  const first = await repository.resolve('main');
  const feature = await repository.commit({ branch: 'feature', files: { f: '2' } });
  assert.is(await repository.resolve('main'), first);
  assert.is(await repository.resolve('feature~1'), first);
  assert.is(await repository.tag('light', { revision: 'feature' }), feature);
  assert.is(await repository.tag('annotated', { message: 'notes' }), first);
  assert.is(await repository.git('cat-file', '-t', 'light'), 'commit');
  assert.is(await repository.git('cat-file', '-t', 'annotated'), 'tag');
  const ids = await repository.releases(['v1.0.0', 'v1.1.0']);
  assert.is(ids['v1.1.0'], await repository.resolve('main'));
  assert.is(ids['v1.0.0'], await repository.resolve('main~1'));
  await server.close();
});

test('a submodule is checked out with its parent', async () => {
  const server = await startGitServer();
  const child = await server.createRepository('child', { 'inner.yaml': 'x' });
  const parent = await server.createRepository('parent', { 'outer.yaml': 'y' });
  await parent.submodule('lib', { url: child.url, commit: await child.resolve('main') });
  const { dir } = await clone(parent.url);
  await git(['submodule', '--quiet', 'update', '--init'], { cwd: dir });
  assert.is(readFileSync(join(dir, 'lib/inner.yaml'), 'utf8'), 'x');
  await server.close();
});

test('basic authentication lets the right login in only, also for pushes', async () => {
  const server = await startGitServer({ auth: { username: 'ada', password: 'secret' } });
  const repository = await server.createRepository('fleet', { f: '1' });
  assert.match(await failure(clone(repository.url)), /could not read Username/);
  assert.is(server.requests.at(-1)?.status, 401);
  const { dir } = await clone(repository.url.replace('//', '//ada:secret@'));
  await git(['commit', '--quiet', '--allow-empty', '-m', 'pushed'], { cwd: dir });
  await git(['push', '--quiet'], { cwd: dir });
  assert.is(await repository.git('log', '-1', '--format=%s', 'main'), 'pushed');
  await server.close();
});

test('a bearer token lets in', async () => {
  const server = await startGitServer({ auth: { bearer: 'token' } });
  const { url } = await server.createRepository('fleet', { f: '1' });
  await failure(clone(url, { config: ['http.extraHeader=Authorization: Bearer wrong'] }));
  assert.ok((await clone(url, { config: ['http.extraHeader=Authorization: Bearer token'] })).head);
  await server.close();
});

test('TLS needs the authority, and on request a client certificate', async () => {
  const server = await startGitServer({ tls: 'client' });
  const { url } = await server.createRepository('fleet', { f: '1' });
  const file = (name: string, content = '') => {
    writeFileSync(join(scratch, name), content, { mode: 0o600 });
    return join(scratch, name);
  };
  const ca = `http.sslCAInfo=${file('ca.pem', server.certificates?.ca)}`;
  assert.match(await failure(clone(url)), /certificate/);
  await failure(clone(url, { config: [ca] }));
  assert.is(server.requests.length, 0);
  const client = [
    `http.sslCert=${file('client.pem', server.certificates?.client.cert)}`,
    `http.sslKey=${file('client.key', server.certificates?.client.key)}`,
  ];
  assert.ok((await clone(url, { config: [ca, ...client] })).head);
  await server.close();
});

test('a redirect leads to the repository', async () => {
  const server = await startGitServer();
  await server.createRepository('fleet', { f: '1' });
  const redirect = await startRedirectServer(server.url);
  assert.ok((await clone(`${redirect.url}/fleet.git`)).head);
  assert.match(redirect.requests[0]?.path ?? '', /^\/fleet\.git\/info\/refs/);
  await redirect.close();
  await server.close();
});

test('a proxy forwards plain requests, tunnels TLS and asks for its login', async () => {
  const proxy = await startProxy({ username: 'p', password: 'w' });
  const plain = await startGitServer();
  const secure = await startGitServer({ tls: 'server' });
  const { url } = await plain.createRepository('fleet', { f: '1' });
  const tunnelled = await secure.createRepository('fleet', { f: '1' });
  const through = `http.proxy=${proxy.url.replace('//', '//p:w@')}`;
  await failure(clone(url, { config: [`http.proxy=${proxy.url}`] }));
  assert.ok(proxy.refused() > 0);
  assert.is(proxy.forwarded.length, 0);
  await clone(url, { config: [through] });
  assert.ok(proxy.forwarded.length >= 2);
  writeFileSync(join(scratch, 'proxy-ca.pem'), secure.certificates?.ca ?? '');
  await clone(tunnelled.url, { config: [through, `http.sslCAInfo=${join(scratch, 'proxy-ca.pem')}`] });
  assert.is(proxy.tunnels[0], new URL(secure.url).host);
  await Promise.all([proxy.close(), plain.close(), secure.close()]);
});

test('SSH lets known keys in, and known_hosts fits the server', async () => {
  const server = await startSshServer();
  const { url } = await server.createRepository('fleet', { f: '1' });
  const stranger = await server.addKey({ type: 'rsa', authorised: false });
  const withKey = (name: string, identity: string) => {
    const [key, hosts] = [join(scratch, name), join(scratch, `${name}.hosts`)];
    writeFileSync(key, identity, { mode: 0o600 });
    writeFileSync(hosts, server.knownHosts);
    const options = [
      `-i ${key}`,
      '-o IdentitiesOnly=yes',
      '-o BatchMode=yes',
      `-o UserKnownHostsFile=${hosts}`,
    ];
    return { env: { GIT_SSH_COMMAND: `ssh -F none ${options.join(' ')} -o StrictHostKeyChecking=yes` } };
  };
  assert.match(await failure(clone(url, withKey('stranger', stranger.identity))), /Permission denied/);
  assert.is(server.logins(), 0);
  assert.ok((await clone(url, withKey('known', server.key.identity))).head);
  assert.is(server.logins(), 1);
  await server.close();
});

test('a key with a passphrase opens with that passphrase only', async () => {
  const server = await startSshServer({ hostKey: 'ecdsa' });
  const { identity } = await server.addKey({ passphrase: 'open sesame' });
  const file = join(scratch, 'locked');
  writeFileSync(file, identity, { mode: 0o600 });
  await failure(run('ssh-keygen', ['-y', '-P', 'wrong', '-f', file]));
  assert.match(await run('ssh-keygen', ['-y', '-P', 'open sesame', '-f', file]), /^ssh-ed25519 /);
  assert.match(server.knownHosts, /ecdsa-sha2-nistp256/);
  await server.close();
});

test.run();
