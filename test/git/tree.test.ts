import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type GitServer, startGitServer } from '../helpers/git-server.ts';
import { fails } from './failure.ts';
import { files } from './files.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { running } from './running.ts';

const test = suite('git plugin: the tree that is written');
const { start, stop } = running();
let git: GitPlugin;
let server: GitServer;

test.before(async () => {
  server = await start(startGitServer());
  git = await start(loadGitPlugin());
});

test.after(stop);

const spec = (url: string, more: object = {}) => ({ spec: { url, ref: { branch: 'main' }, ...more } });

test('executables stay executable, and links are left out as in Flux', async () => {
  const { url } = await server.createRepository('modes', {
    plain: '',
    'dir/ünïcode name': 'x',
    'run.sh': { executable: '#!/bin/sh\n' },
    outside: { symlink: '/etc/passwd' },
    inside: { symlink: 'plain' },
    'dir/folder': { symlink: '../dir' },
  });
  const { out, state } = await git.get(spec(url));
  assert.equal(files(out), ['dir/ünïcode name', 'plain', 'run.sh']);
  assert.is(lstatSync(join(out, 'run.sh')).mode & 0o100, 0o100);
  assert.is(lstatSync(join(out, 'plain')).mode & 0o100, 0);
  assert.equal(state, { skippedSymlinks: 3 });
});

test('a sparse checkout holds its folders only', async () => {
  const { url } = await server.createRepository('sparse', {
    root: 'r',
    'deploy/prod/a': '1',
    'deploy/dev/b': '2',
    'deploy2/c': '3',
  });
  const { out } = await git.get(spec(url, { sparseCheckout: ['./deploy/prod', 'deploy2/'] }));
  assert.equal(files(out), ['deploy/prod/a', 'deploy2/c']);
});

test('a sparse checkout transfers its folders only', async () => {
  const large = randomBytes(300_000).toString('base64');
  const { url } = await server.createRepository('lean', { 'deploy/a': '1', 'other/large': large });
  const little = { maxBytes: 20_000 };
  await git.get(spec(url, { sparseCheckout: ['deploy'] }), little);
  await fails(git.get(spec(url), little), 'GitOperationFailed', '20000');
});

test('a folder of a sparse checkout that is not there is an error', async () => {
  const { url } = await server.createRepository('nowhere', { 'deploy/a': '1' });
  await fails(
    git.get(spec(url, { sparseCheckout: ['deploy', 'nowhere'] })),
    'GitOperationFailed',
    "sparse checkout dir 'nowhere' does not exist in repository",
    'spec.sparseCheckout',
  );
});

test('submodules come along when they are wanted, also those within submodules', async () => {
  const base = await server.createRepository('base', { 'base.txt': 'pinned' });
  const pinned = await base.resolve('main');
  await base.commit({ files: { 'base.txt': 'later' } });
  const lib = await server.createRepository('lib', { 'lib.txt': 'lib' });
  const libCommit = await lib.submodule('deps/base', { url: base.url, commit: pinned });
  const app = await server.createRepository('app', { a: '1' });
  await app.submodule('vendor/lib', { url: '../lib.git', commit: libCommit });

  const without = await git.get(spec(app.url));
  assert.equal(files(without.out), ['.gitmodules', 'a']);
  const { out } = await git.get(spec(app.url, { recurseSubmodules: true }));
  assert.equal(files(out), [
    '.gitmodules',
    'a',
    'vendor/lib/.gitmodules',
    'vendor/lib/deps/base/base.txt',
    'vendor/lib/lib.txt',
  ]);
  assert.is(readFileSync(join(out, 'vendor/lib/deps/base/base.txt'), 'utf8'), 'pinned');
});

test('a submodule that cannot be fetched is named', async () => {
  const app = await server.createRepository('broken', { a: '1' });
  await app.submodule('lib', { url: '../gone.git', commit: await app.resolve('main') });
  await fails(
    git.get(spec(app.url, { recurseSubmodules: true })),
    'GitOperationFailed',
    "submodule 'lib'",
    'repository not found',
  );
});

test.run();
