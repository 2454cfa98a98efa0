import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { createRepo } from './repo.ts';
import { type GitServers, startGitServers } from './server.ts';

const test = suite('git plugin: what is fetched');
const folder = mkdtempSync(join(tmpdir(), 'git-tree-'));
let git: GitPlugin;
let servers: GitServers;

test.before(async () => {
  servers = await startGitServers(folder);
  git = await loadGitPlugin();
});

test.after(async () => {
  await git?.close();
  servers?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const spec = (name: string, more: object = {}) => ({
  spec: { url: `${servers.HTTP}/${name}/.git`, ref: { branch: 'main' }, ...more },
});
const files = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();

test('executables stay executable and links are left out', async () => {
  const repo = createRepo(join(folder, 'modes'));
  repo.write('run.sh', '#!/bin/sh\n');
  chmodSync(join(repo.dir, 'run.sh'), 0o755);
  symlinkSync('/etc/passwd', join(repo.dir, 'link'));
  repo.commit('modes', { plain: '', 'dir/ünïcode': 'x' });
  const { out, state } = await git.get(spec('modes'));
  assert.equal(files(out), ['dir/ünïcode', 'plain', 'run.sh']);
  assert.is(lstatSync(join(out, 'run.sh')).mode & 0o100, 0o100);
  assert.is(lstatSync(join(out, 'plain')).mode & 0o100, 0);
  assert.equal(state, { skippedSymlinks: 1 });
});

test('every kind of reference', async () => {
  const repo = createRepo(join(folder, 'refs'));
  const first = repo.commit('first', { a: '1' });
  repo.git('tag', 'v1.0.0');
  const second = repo.commit('second', { a: '2' });
  repo.git('tag', '-a', 'v1.1.0', '-m', 'annotated');
  repo.git('update-ref', 'refs/pull/1/head', first);
  const third = repo.commit('third', { a: '3' });
  for (const [ref, revision] of [
    [{ branch: 'main' }, `main@sha1:${third}`],
    [{ tag: 'v1.1.0' }, `v1.1.0@sha1:${second}`],
    [{ semver: '1.0.x' }, `v1.0.0@sha1:${first}`],
    [{ name: 'refs/pull/1/head' }, `refs/pull/1/head@sha1:${first}`],
    [{ commit: second }, `sha1:${second}`],
    [{ branch: 'main', commit: second }, `main@sha1:${second}`],
  ] as const) {
    const answer = await git.get(spec('refs', { ref }));
    assert.is(answer.revision, revision);
    const content = { [first]: '1', [second]: '2', [third]: '3' }[revision.slice(-40)];
    assert.is(readFileSync(join(answer.out, 'a'), 'utf8'), content);
  }
});

test('history that was rewritten is followed', async () => {
  const repo = createRepo(join(folder, 'rewritten'));
  repo.commit('first', { a: '1' });
  const before = await git.get(spec('rewritten'));
  repo.write('a', '2');
  repo.git('commit', '-q', '-a', '--amend', '-m', 'rewritten');
  repo.git('reflog', 'expire', '--expire=now', '--all');
  repo.git('gc', '-q', '--prune=now');
  const after = await git.get({ ...spec('rewritten'), revision: before.revision });
  assert.is.not(after.revision, before.revision);
  assert.is(readFileSync(join(after.out, 'a'), 'utf8'), '2');
});

test('a commit that vanished between resolve and fetch is named', async () => {
  const repo = createRepo(join(folder, 'vanished'));
  repo.commit('first', { a: '1' });
  const { resolved } = await git.resolve(spec('vanished'));
  repo.git('commit', '-q', '--amend', '-m', 'rewritten');
  repo.git('reflog', 'expire', '--expire=now', '--all');
  repo.git('gc', '-q', '--prune=now');
  await fails(git.fetch({ ...spec('vanished'), resolved }), 'GitOperationFailed', 'moved during the fetch');
});

test('submodules come along when they are wanted', async () => {
  const lib = createRepo(join(folder, 'lib'));
  const commit = lib.commit('lib', { 'lib.txt': 'lib' });
  const app = createRepo(join(folder, 'app'));
  app.commit('app', {
    '.gitmodules': '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../../lib/.git\n',
    a: '1',
  });
  app.git('update-index', '--add', '--cacheinfo', `160000,${commit},vendor/lib`);
  app.git('commit', '-q', '-m', 'submodule');
  const without = await git.get(spec('app'));
  assert.equal(files(without.out), ['.gitmodules', 'a']);
  const withThem = await git.get(spec('app', { recurseSubmodules: true }));
  assert.equal(files(withThem.out), ['.gitmodules', 'a', 'vendor/lib/lib.txt']);
});

test('a sparse checkout holds its folders only', async () => {
  const repo = createRepo(join(folder, 'sparse'));
  repo.git('config', 'uploadpack.allowFilter', 'true');
  repo.commit('first', { root: 'r', 'deploy/prod/a': '1', 'deploy/dev/b': '2' });
  const { out } = await git.get(spec('sparse', { sparseCheckout: ['./deploy/prod'] }));
  assert.equal(files(out), ['deploy/prod/a']);
  await fails(
    git.get(spec('sparse', { sparseCheckout: ['nowhere'] })),
    'GitOperationFailed',
    "sparse checkout dir 'nowhere' does not exist in repository",
  );
});

test('5,000 files and one of 50 MB fit into the memory limit', async () => {
  const repo = createRepo(join(folder, 'large'));
  for (let i = 0; i < 5000; i++)
    repo.write(`dir${i % 100}/file${i}.yaml`, `kind: ConfigMap\nname: cm-${i}\n`);
  const large = randomBytes(50 * 2 ** 20);
  repo.commit('large', { 'large.bin': large });
  const { out } = await git.get(spec('large'));
  assert.is(files(out).length, 5001);
  assert.is(statSync(join(out, 'large.bin')).size, large.length);
  const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
  assert.is(digest(readFileSync(join(out, 'large.bin'))), digest(large));
});

test.run();
