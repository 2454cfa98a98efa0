import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRepository, type GitServer, startGitServer } from '../helpers/git-server.ts';
import { fails } from './failure.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { running } from './running.ts';

const test = suite('git plugin: references and revisions');
const { start, stop } = running();
let git: GitPlugin;
let server: GitServer;
let url: string;
const commits: string[] = [];

test.before(async () => {
  server = await start(startGitServer());
  git = await start(loadGitPlugin());
  const repository = await server.createRepository('refs');
  commits.push(await repository.commit({ files: { a: '0' } }));
  await repository.tag('v1.0.0');
  await repository.git('update-ref', 'refs/pull/1/head', 'main');
  await repository.branch('master');
  commits.push(await repository.commit({ files: { a: '1' } }));
  await repository.tag('v1.1.0', { message: 'annotated' });
  await repository.branch('feature/x');
  commits.push(await repository.commit({ files: { a: '2' } }));
  await repository.tag('v2.0.0-rc.1');
  commits.push(await repository.commit({ branch: 'side', files: { a: '3' } }));
  url = repository.url;
});

test.after(stop);

const spec = (ref: object | undefined, at = url) => ({ spec: { url: at, ...(ref ? { ref } : {}) } });
function pinned(index: number): string {
  const commit = commits[index];
  assert.ok(commit);
  return commit;
}

const cases: { what: string; ref: () => object | undefined; name: string; commit: number }[] = [
  { what: 'no ref is the branch master', ref: () => undefined, name: 'master', commit: 0 },
  { what: 'a branch', ref: () => ({ branch: 'main' }), name: 'main', commit: 2 },
  { what: 'a branch with a slash', ref: () => ({ branch: 'feature/x' }), name: 'feature/x', commit: 1 },
  {
    what: 'a tag wins over a branch',
    ref: () => ({ branch: 'main', tag: 'v1.0.0' }),
    name: 'v1.0.0',
    commit: 0,
  },
  { what: 'an annotated tag is its commit', ref: () => ({ tag: 'v1.1.0' }), name: 'v1.1.0', commit: 1 },
  {
    what: 'semver wins over a tag',
    ref: () => ({ tag: 'v1.0.0', semver: '1.x' }),
    name: 'v1.1.0',
    commit: 1,
  },
  { what: 'semver leaves pre-releases out', ref: () => ({ semver: '*' }), name: 'v1.1.0', commit: 1 },
  {
    what: 'semver takes pre-releases on request',
    ref: () => ({ semver: '>=1.0.0-0' }),
    name: 'v2.0.0-rc.1',
    commit: 2,
  },
  {
    what: 'a name wins over semver and stays whole',
    ref: () => ({ semver: '1.x', name: 'refs/pull/1/head' }),
    name: 'refs/pull/1/head',
    commit: 0,
  },
  {
    what: 'a commit wins over all',
    ref: () => ({ tag: 'v1.0.0', semver: '1.x', commit: pinned(1) }),
    name: '',
    commit: 1,
  },
  {
    what: 'a commit with a name is written down with the name',
    ref: () => ({ branch: 'main', name: 'refs/heads/feature/x', commit: pinned(0) }),
    name: 'refs/heads/feature/x',
    commit: 0,
  },
  {
    what: 'the commit behind an annotated tag can be asked for',
    ref: () => ({ name: 'refs/tags/v1.1.0^{}' }),
    name: 'refs/tags/v1.1.0^{}',
    commit: 1,
  },
  {
    what: 'a commit with its branch',
    ref: () => ({ branch: 'main', commit: pinned(0) }),
    name: 'main',
    commit: 0,
  },
];

for (const { what, ref, name, commit } of cases) {
  test(what, async () => {
    const { revision, out } = await git.get(spec(ref()));
    assert.is(revision, `${name}${name && '@'}sha1:${pinned(commit)}`);
    assert.is(readFileSync(join(out, 'a'), 'utf8'), String(commit));
  });
}

test('what is missing is named with what is there instead', async () => {
  const missing = async (ref: object, ...parts: string[]) =>
    fails(git.resolve(spec(ref)), 'GitOperationFailed', ...parts);
  await missing(
    { branch: 'mian' },
    "branch 'mian' not found",
    "did you mean 'main'?",
    'default branch is main',
  );
  await missing({ tag: 'v1.0.1' }, "tag 'v1.0.1' not found", 'v1.0.0');
  await missing({ semver: '>=3' }, 'no match found for semver: >=3', 'v1.1.0');
  await missing({ name: 'refs/pull/2/head' }, "'refs/pull/2/head' not found");
});

test('mistakes in the spec are terminal', async () => {
  for (const [ref, part] of [
    [{ semver: 'one' }, 'semver parse error'],
    [{ commit: 'abc123' }, 'full commit hash'],
  ] as const) {
    const error = await fails(git.resolve(spec(ref)), 'GitOperationFailed', part);
    assert.is(error.terminal, true);
  }
});

test('a commit that is not there is named', async () => {
  const commit = 'ab'.repeat(20);
  await fails(git.get(spec({ commit })), 'GitOperationFailed', commit, 'not found in the repository');
});

test('a commit that is not there costs no download of the history', async () => {
  const repository = await server.createRepository('heavy', {
    large: randomBytes(300_000).toString('base64'),
  });
  await fails(
    git.get(spec({ commit: 'ab'.repeat(20) }, repository.url), { maxBytes: 20_000 }),
    'GitOperationFailed',
    'not found in the repository',
  );
});

test('a commit of the other object format is refused for good', async () => {
  const error = await fails(
    git.get(spec({ commit: 'ab'.repeat(32) })),
    'GitOperationFailed',
    'the repository uses sha1 object names',
  );
  assert.is(error.terminal, true);
});

test('what is kept for verification stays small', async () => {
  const repository = await server.createRepository('signed');
  const commit = await repository.commit({ files: { a: '1' }, message: 'm'.repeat(30_000) });
  await repository.tag('v1', { message: 't'.repeat(9_000) });
  const verified = (tag: string) => ({
    spec: { url: repository.url, ref: { tag }, verify: { mode: 'TagAndHEAD' } },
  });
  const { state } = await git.get(verified('v1'));
  const size = JSON.stringify(state).length;
  assert.ok(size > 50_000 && size < 64 * 1024, `${size} bytes`);
  assert.match(await repository.git('cat-file', 'commit', commit), 'm'.repeat(30_000));
  await repository.tag('v2', { message: 't'.repeat(12_000) });
  await fails(git.get(verified('v2')), 'GitOperationFailed', 'too much for verification');
});

test('a commit that its branch does not have is refused', async () => {
  await fails(
    git.get(spec({ branch: 'main', commit: pinned(3) })),
    'GitOperationFailed',
    pinned(3),
    'not found in the history of refs/heads/main',
  );
});

test('a commit with a branch that is not there is refused', async () => {
  await fails(
    git.get(spec({ branch: 'gone', commit: pinned(0) })),
    'GitOperationFailed',
    "branch 'gone' not found",
  );
});

test('a commit that no branch or tag has is refused, although the server would hand it out', async () => {
  const repository = await server.createRepository('stray', { a: '0' });
  const stray = await repository.commit({ branch: 'fork', files: { a: '1' } });
  await repository.git('update-ref', 'refs/pull/9/head', stray);
  await repository.git('update-ref', '-d', 'refs/heads/fork');
  await fails(
    git.get(spec({ commit: stray }, repository.url)),
    'GitOperationFailed',
    stray,
    'on no branch or tag',
  );
  const { out } = await git.get(spec({ name: 'refs/pull/9/head', commit: stray }, repository.url));
  assert.is(readFileSync(join(out, 'a'), 'utf8'), '1');
});

test('history is never transferred, neither for a branch nor to see whether it has a commit', async () => {
  const repository = await server.createRepository('long');
  const first = await repository.commit({ files: { a: '0' } });
  for (let i = 1; i <= 5; i++) {
    await repository.commit({ files: { large: randomBytes(300_000).toString('base64') } });
  }
  await repository.commit({ files: { a: '1' }, remove: ['large'] });
  const little = { maxBytes: 20_000 };
  const branch = await git.get(spec({ branch: 'main' }, repository.url), little);
  assert.is(readFileSync(join(branch.out, 'a'), 'utf8'), '1');
  const commit = await git.get(spec({ branch: 'main', commit: first }, repository.url), little);
  assert.is(readFileSync(join(commit.out, 'a'), 'utf8'), '0');
});

test('an empty repository has its own reason', async () => {
  const { url: empty } = await server.createRepository('empty');
  await fails(git.resolve(spec({ branch: 'main' }, empty)), 'EmptyGitRepository', 'git repository is empty');
});

test('a repository with SHA-256 names', async () => {
  const repository = await createRepository(join(server.root, 'sha256.git'), {
    files: { 'dir/a': '1', b: '2' },
    objectFormat: 'sha256',
  });
  const commit = await repository.resolve('main');
  const { revision, out } = await git.get(spec({ branch: 'main' }, `${server.url}/sha256.git`));
  assert.is(revision, `main@sha256:${commit}`);
  assert.is(readFileSync(join(out, 'dir/a'), 'utf8'), '1');
});

test('history that was rewritten is followed', async () => {
  const repository = await server.createRepository('rewritten', { a: 'before' });
  const before = await git.get(spec({ branch: 'main' }, repository.url));
  await repository.git('update-ref', '-d', 'refs/heads/main');
  await repository.commit({ files: { a: 'after' }, message: 'rewritten' });
  await repository.git('gc', '-q', '--prune=now');
  const after = await git.get({ ...spec({ branch: 'main' }, repository.url), revision: before.revision });
  assert.is.not(after.revision, before.revision);
  assert.is(readFileSync(join(after.out, 'a'), 'utf8'), 'after');
});

test('a commit that vanished between resolve and fetch is named', async () => {
  const repository = await server.createRepository('vanished', { a: 'before' });
  const request = spec({ branch: 'main' }, repository.url);
  const { resolved } = await git.resolve(request);
  await repository.git('update-ref', '-d', 'refs/heads/main');
  await repository.commit({ files: { a: 'after' }, message: 'rewritten' });
  await repository.git('gc', '-q', '--prune=now');
  await fails(git.fetch({ ...request, resolved }), 'GitOperationFailed', 'moved during the fetch');
});

test.run();
