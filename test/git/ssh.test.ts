import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin, secretData } from './plugin.ts';
import { createRepo } from './repo.ts';
import { type GitServers, startGitServers } from './server.ts';

const test = suite('git plugin over SSH');
const folder = mkdtempSync(join(tmpdir(), 'git-ssh-'));
let git: GitPlugin;
let servers: GitServers;
let commit: string;

test.before(async () => {
  commit = createRepo(join(folder, 'repo')).commit('first', { 'a.txt': 'content' });
  servers = await startGitServers(folder);
  git = await loadGitPlugin();
});

test.after(async () => {
  await git?.close();
  servers?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const request = (secret: Record<string, string>) => ({
  spec: { url: `${servers.SSH}/repo`, ref: { branch: 'main' }, secretRef: { name: 'key' } },
  secret: secretData({ identity: servers.Identity, known_hosts: servers.KnownHosts, ...secret }),
});

test('a key and a known host', async () => {
  const { revision, out } = await git.get(request({}));
  assert.is(revision, `main@sha1:${commit}`);
  assert.is(readFileSync(join(out, 'a.txt'), 'utf8'), 'content');
});

test('an encrypted key needs its password', async () => {
  await git.get(request({ identity: servers.EncryptedIdentity, password: 'open sesame' }));
  await fails(
    git.resolve(request({ identity: servers.EncryptedIdentity })),
    'AuthenticationFailed',
    "no 'password'",
  );
});

test('a key that the server does not know is named', async () => {
  await fails(
    git.resolve(request({ identity: servers.OtherIdentity })),
    'GitOperationFailed',
    'the server rejected the SSH key SHA256:',
  );
});

test('another host key is a mismatch', async () => {
  await fails(
    git.resolve(request({ known_hosts: servers.OtherKnownHosts })),
    'GitOperationFailed',
    'host key mismatch',
    'update known_hosts',
  );
});

test('a host without an entry is unknown', async () => {
  const known = servers.KnownHosts.replace(/^\S+/, 'git.example.com');
  await fails(
    git.resolve(request({ known_hosts: known })),
    'GitOperationFailed',
    'host key unknown',
    servers.KnownHosts,
  );
});

test('known_hosts is required', async () => {
  await fails(git.resolve(request({ known_hosts: '' })), 'AuthenticationFailed', "'known_hosts' is required");
});

test('a repository that is not there', async () => {
  const { spec, secret } = request({});
  const elsewhere = { spec: { ...spec, url: `${servers.SSH}/nowhere` }, secret };
  await fails(git.resolve(elsewhere), 'GitOperationFailed', 'repository not found');
});

test.run();
