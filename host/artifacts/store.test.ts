import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FluxError } from '../errors/flux-error.ts';
import { advertisedAddress, artifactUrl, storePath } from './layout.ts';
import { createArtifactStore } from './store.ts';
import { ADDRESS, hiddenFiles, inFolder, inStore, owner, readFiles, writeFiles } from './test/helpers.ts';

const failure = async (work: Promise<unknown>): Promise<FluxError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof FluxError) return error;
    throw error;
  }
  throw new Error('no failure');
};

test('An archive is stored under Flux’s path with digest, size and URL, readable by its owner only', async () => {
  await inStore(async (store, { root, source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    const artifact = await store.archive(owner, 'main@sha1:abc', source, {
      file: 'abc.tar.gz',
      metadata: { k: 'v' },
    });
    const file = join(root, 'gitrepository/apps/web/abc.tar.gz');
    assert.is(artifact.path, 'gitrepository/apps/web/abc.tar.gz');
    assert.is(artifact.url, `http://${ADDRESS}/gitrepository/apps/web/abc.tar.gz`);
    assert.match(artifact.digest, /^sha256:[0-9a-f]{64}$/);
    assert.match(artifact.lastUpdateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.is(artifact.size, statSync(file).size);
    assert.equal([artifact.revision, artifact.metadata], ['main@sha1:abc', { k: 'v' }]);
    assert.is(statSync(file).mode & 0o777, 0o600);
    assert.is(store.localPath(artifact), file);
  });
});

test('Every digest algorithm of Flux works, and an unknown one is refused', async () => {
  for (const digestAlgorithm of ['sha1', 'sha256', 'sha384', 'sha512', 'blake3']) {
    await inStore(
      async (store, { source }) => {
        writeFiles(source, { 'a.yaml': 'kind: A' });
        const artifact = await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
        assert.ok(artifact.digest.startsWith(`${digestAlgorithm}:`), artifact.digest);
        assert.ok(await store.verify(artifact));
        const lease = await store.tree(artifact);
        assert.equal(readFiles(lease.dir), { 'a.yaml': 'kind: A' });
      },
      { digestAlgorithm },
    );
  }
  await inFolder(async (root) => {
    const error = await failure(
      createArtifactStore({ root, advertisedAddress: ADDRESS, digestAlgorithm: 'md5' }),
    );
    assert.match(error.message, /^unsupported digest algorithm: md5/);
  });
});

test('BLAKE3 is the standard one', async () => {
  await inStore(
    async (store) => {
      const artifact = await store.put(owner, 'r', Buffer.from('abc'), { file: 'abc' });
      assert.is(artifact.digest, 'blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85');
    },
    { digestAlgorithm: 'blake3' },
  );
});

test('Bytes and files are stored as they are', async () => {
  await inStore(async (store, { source }) => {
    writeFiles(source, { 'chart.tgz': 'chart' });
    const index = await store.put(owner, 'r', Buffer.from('index'), { file: 'index-1.yaml' });
    const chart = await store.put(owner, 'r', join(source, 'chart.tgz'), { file: 'chart-1.tgz' });
    assert.is(readFileSync(store.localPath(index), 'utf8'), 'index');
    assert.is(readFileSync(store.localPath(chart), 'utf8'), 'chart');
    assert.is(index.digest, 'sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6');
  });
});

test('A file that was changed, cut off or deleted no longer verifies', async () => {
  await inStore(async (store, { source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    const artifact = await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
    const file = store.localPath(artifact);
    const whole = readFileSync(file);
    assert.is(await store.verify(artifact), true);
    truncateSync(file, whole.length - 1);
    assert.is(await store.verify(artifact), false);
    writeFileSync(file, whole);
    assert.is(await store.verify(artifact), true);
    writeFileSync(file, whole.fill(0, 30, 31));
    assert.is(await store.verify(artifact), false);
    await store.remove(owner);
    assert.is(await store.verify(artifact), false);
    assert.is(await store.verify({ ...artifact, digest: 'md5:x' }), false);
    assert.is(await store.verify({ ...artifact, path: '../../etc/passwd' }), false);
  });
});

test('A tree of a cut off artifact is refused with the digests, and the next good one works', async () => {
  await inStore(async (store, { root, source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    const artifact = await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
    const whole = readFileSync(store.localPath(artifact));
    truncateSync(store.localPath(artifact), whole.length - 9);
    const error = await failure(store.tree(artifact));
    assert.is(error.code, 'FLUX_E_ARTIFACT_DIGEST');
    assert.match(error.message, artifact.digest);
    writeFileSync(store.localPath(artifact), whole);
    assert.equal(readFiles((await store.tree(artifact)).dir), { 'a.yaml': 'kind: A' });
    assert.is(readdirSync(join(root, '.tmp')).length, 0);
  });
});

test('A missing artifact is told apart from a broken one', async () => {
  await inStore(async (store, { source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    const artifact = await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
    await store.remove(owner);
    assert.is((await failure(store.tree(artifact))).code, 'FLUX_E_ARTIFACT_NOT_FOUND');
    const notTar = await store.put(owner, 'r', Buffer.from('no archive'), { file: 'a.tar.gz' });
    assert.is((await failure(store.tree(notTar))).code, 'FLUX_E_ARTIFACT_UNPACK');
  });
});

test('An adopted folder becomes the tree without what was ignored, and the folder is gone', async () => {
  await inStore(async (store, { root }) => {
    const work = await store.workDir();
    writeFiles(work.dir, { 'a.yaml': 'kind: A', 'logo.png': 'x', '.git/config': 'x', 'docs/only.jpg': 'x' });
    const ignore = { sourceIgnore: true } as const;
    const artifact = await store.archive(owner, 'r', work.dir, { file: 'a.tar.gz', ignore, adopt: true });
    assert.is(existsSync(work.dir), false);
    assert.is(readdirSync(join(root, '.trees')).length, 1);
    const adopted = await store.tree(artifact);
    assert.equal(readFiles(adopted.dir), { 'a.yaml': 'kind: A' });
    assert.equal(readdirSync(adopted.dir).toSorted(), ['a.yaml', 'docs']);
    work.release();
  });
});

test('What is adopted has the same digest as what is unpacked again', async () => {
  await inStore(async (store, { source }) => {
    const files = { 'a.yaml': 'kind: A', 'b/.sourceignore': '*.txt', 'b/c.txt': 'x' };
    writeFiles(source, files);
    const work = await store.workDir();
    writeFiles(work.dir, files);
    const ignore = { sourceIgnore: true } as const;
    const one = await store.archive(owner, 'r', source, { file: 'a.tar.gz', ignore });
    const two = await store.archive(owner, 'r', work.dir, { file: 'b.tar.gz', ignore, adopt: true });
    assert.is(one.digest, two.digest);
  });
});

test('A link points at the artifact and moves in one step', async () => {
  await inStore(async (store, { root, source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    for (const file of ['one.tar.gz', 'two.tar.gz']) {
      const url = await store.link(await store.archive(owner, 'r', source, { file }), 'latest.tar.gz');
      assert.is(url, `http://${ADDRESS}/gitrepository/apps/web/latest.tar.gz`);
      assert.is(readlinkSync(join(root, 'gitrepository/apps/web/latest.tar.gz')), file);
    }
  });
});

test('Old artifacts go by age, then by number; the current one, links and strangers’ locks are handled as in Flux', async () => {
  await inStore(
    async (store, { root, source }) => {
      writeFiles(source, { 'a.yaml': 'kind: A' });
      const dir = join(root, 'gitrepository/apps/web');
      const ages: Record<string, number> = { current: 900, ancient: 600, old: 50, newer: 40, newest: 30 };
      for (const [name, age] of Object.entries(ages)) {
        const { path } = await store.archive(owner, 'r', source, { file: `${name}.tar.gz` });
        writeFileSync(`${join(root, path)}.lock`, '');
        utimesSync(join(root, path), Date.now() / 1000 - age, Date.now() / 1000 - age);
      }
      const current = {
        ...(await store.archive(owner, 'r', source, { file: 'extra.tar.gz' })),
        path: 'gitrepository/apps/web/current.tar.gz',
      };
      await store.link(current, 'latest.tar.gz');
      const removed = await store.collect(owner, current);
      assert.equal(
        removed.map((path) => path.split('/').at(-1)),
        ['ancient.tar.gz', 'old.tar.gz', 'newer.tar.gz', 'newest.tar.gz'],
      );
      assert.equal(readdirSync(dir).toSorted(), [
        'current.tar.gz',
        'current.tar.gz.lock',
        'extra.tar.gz',
        'latest.tar.gz',
      ]);
    },
    { retentionTtlMs: 300_000, retentionRecords: 2 },
  );
});

test('Collecting for an owner that never had an artifact is no error', async () => {
  await inStore(async (store, { source }) => {
    const artifact = await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
    assert.equal(await store.collect({ ...owner, name: 'other' }, artifact), []);
  });
});

test('A deleted owner loses all its artifacts and nobody else any', async () => {
  await inStore(async (store, { root, source }) => {
    const other = { ...owner, name: 'web-2' };
    await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
    const kept = await store.archive(other, 'r', source, { file: 'a.tar.gz' });
    assert.is(await store.remove(owner), true);
    assert.is(await store.remove(owner), false);
    assert.equal(readdirSync(join(root, 'gitrepository/apps')), ['web-2']);
    assert.is(await store.verify(kept), true);
  });
});

test('A start clears what a crash left and keeps the artifacts', async () => {
  await inStore(async (store, { root, source }) => {
    writeFiles(source, { 'a.yaml': 'kind: A' });
    const artifact = await store.archive(owner, 'r', source, { file: 'a.tar.gz' });
    (await store.tree(artifact)).release();
    await store.close();
    writeFiles(root, { '.tmp/half-written': 'x', '.tmp/tree-1/file': 'x', '.swept-1/file': 'x' });
    const again = await createArtifactStore({ root, advertisedAddress: ADDRESS });
    try {
      assert.is(await again.verify(artifact), true);
      assert.equal(readFiles((await again.tree(artifact)).dir), { 'a.yaml': 'kind: A' });
    } finally {
      await again.close();
    }
    assert.equal(readdirSync(root).toSorted(), ['.tmp', '.trees', 'gitrepository']);
    assert.equal(
      hiddenFiles(root).map((name) => name.replace(/[0-9a-f]{64}/, '…')),
      ['.trees/sha256-…/a.yaml'],
    );
  });
});

test('A folder that is not there is a failure with Flux’s reason', async () => {
  await inStore(async (store, { source }) => {
    const error = await failure(store.archive(owner, 'r', join(source, 'missing'), { file: 'a.tar.gz' }));
    assert.equal([error.code, error.reason], ['FLUX_E_ARTIFACT_SOURCE', 'StatOperationFailed']);
  });
});

test('A file in the way of the owner’s folder is a failure with Flux’s reason', async () => {
  await inStore(async (store, { root, source }) => {
    mkdirSync(join(root, 'gitrepository'));
    writeFileSync(join(root, 'gitrepository/apps'), 'a file');
    const error = await failure(store.archive(owner, 'r', source, { file: 'a.tar.gz' }));
    assert.equal([error.code, error.reason], ['FLUX_E_ARTIFACT_DIRECTORY', 'DirectoryCreationFailed']);
  });
});

test('Paths that would leave the store or reach into its own folders are refused', () => {
  for (const path of ['', '/', '../x', 'a/../../x', 'a/.tmp', '.trees/x', 'a\\..\\b'])
    assert.throws(() => storePath('/store', path), /leaves the storage folder/, path);
  assert.is(storePath('/store', '/kind/ns/name/a.tar.gz'), '/store/kind/ns/name/a.tar.gz');
});

test('The advertised address follows Flux’s rules', () => {
  assert.is(
    advertisedAddress(':9090', 'source-controller.flux-system.svc.cluster.local.'),
    'source-controller.flux-system.svc.cluster.local.',
  );
  assert.is(advertisedAddress(':9090'), 'localhost:9090');
  assert.is(advertisedAddress('10.0.0.1:80'), '10.0.0.1:80');
  assert.is(advertisedAddress('[::1]:80'), '[::1]:80');
  assert.not.match(advertisedAddress('0.0.0.0:80'), /^0\.0\.0\.0|^:/);
  assert.is(artifactUrl('https://files.example', '/a/b'), 'https://files.example/a/b');
});

test.run();
