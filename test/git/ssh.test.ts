import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type KeyType, type SshServer, startSshServer } from '../helpers/git-server.ts';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin, secretData } from './plugin.ts';
import { running } from './running.ts';

const test = suite('git plugin over SSH');
const { start, stop } = running();
let git: GitPlugin;
let server: SshServer;
let url: string;
let commit: string;

test.before(async () => {
  server = await start(startSshServer());
  const repository = await server.createRepository("it's a fleet", { 'a.txt': 'content' });
  commit = await repository.resolve('main');
  url = repository.url.replaceAll(' ', '%20');
  git = await start(loadGitPlugin());
});

test.after(stop);

const request = (secret: Record<string, string> = {}, at = url) => ({
  spec: { url: at, ref: { branch: 'main' }, secretRef: { name: 'key' } },
  secret: secretData({ identity: server.key.identity, known_hosts: server.knownHosts, ...secret }),
});

test('a key and a known host', async () => {
  const logins = server.logins();
  const { revision, out } = await git.get(request());
  assert.is(revision, `main@sha1:${commit}`);
  assert.is(readFileSync(join(out, 'a.txt'), 'utf8'), 'content');
  assert.is(server.logins() - logins, 2);
});

for (const type of ['ed25519', 'ecdsa', 'rsa'] satisfies KeyType[]) {
  test(`a key of type ${type} opens a server with a host key of that type`, async () => {
    const other = await start(startSshServer({ hostKey: type }));
    const repository = await other.createRepository('fleet', { a: '1' });
    const { identity } = await other.addKey({ type });
    const { revision } = await git.get(request({ identity, known_hosts: other.knownHosts }, repository.url));
    assert.is(revision, `main@sha1:${await repository.resolve('main')}`);
  });

  test(`an encrypted key of type ${type} opens with its password only`, async () => {
    const { identity } = await server.addKey({ type, passphrase: 'open sesame' });
    await git.get(request({ identity, password: 'open sesame' }));
    await fails(git.resolve(request({ identity })), 'AuthenticationFailed', "no 'password'");
    const error = await fails(
      git.resolve(request({ identity, password: 'hunter2' })),
      'AuthenticationFailed',
      "the 'password' does not open",
    );
    assert.not.match(error.text, 'hunter2');
  });
}

test('a key that the server does not know is named by its fingerprint', async () => {
  const { identity } = await server.addKey({ authorised: false });
  await fails(
    git.resolve(request({ identity })),
    'GitOperationFailed',
    'the server rejected the SSH key SHA256:',
    'deploy key',
  );
});

test('an identity that is no private key', async () => {
  const { publicKey } = server.key;
  await fails(git.resolve(request({ identity: publicKey })), 'AuthenticationFailed', 'cannot be read');
});

test('another host key than the known one is a mismatch', async () => {
  const impostor = await server.addKey({ authorised: false });
  const host = server.knownHosts.split(' ')[0];
  await fails(
    git.resolve(request({ known_hosts: `${host} ${impostor.publicKey}` })),
    'GitOperationFailed',
    'host key mismatch',
    'update known_hosts',
  );
});

test('a host without an entry is unknown, and the line to add is shown', async () => {
  const known = server.knownHosts.replace(/^\S+/, 'git.example.com');
  await fails(
    git.resolve(request({ known_hosts: known })),
    'GitOperationFailed',
    'host key unknown',
    server.knownHosts.trim(),
  );
});

test('known_hosts is required', async () => {
  await fails(git.resolve(request({ known_hosts: '' })), 'AuthenticationFailed', "'known_hosts' is required");
});

test('a repository that is not there', async () => {
  await fails(git.resolve(request({}, `${url}.nowhere`)), 'GitOperationFailed', 'repository not found');
});

test('an SSH server that does not answer is named', async () => {
  const closed = await startSshServer();
  await closed.close();
  await fails(
    git.resolve(request({}, `ssh://git@127.0.0.1:${closed.port}/r`)),
    'GitOperationFailed',
    `127.0.0.1:${closed.port}`,
  );
});

test.run();
