import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitServer } from '@flux-host/test/helpers/git-server.ts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createArtifactStore } from '../../artifacts/store.ts';
import type { ArtifactStore } from '../../artifacts/types.ts';
import { createPlugins } from '../../plugins/plugins.ts';
import { createEgress } from '../../sandbox/egress/egress.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import type { FetchRemote } from '../types.ts';
import { createRemoteFetch } from './fetch.ts';

const root = join(import.meta.dirname, '../../..');
const test = suite('remote bases');
const egress = createEgress();
const sandbox = createSandbox({ egress });
let git: Awaited<ReturnType<typeof startGitServer>>;
let store: ArtifactStore;
let fetchRemote: FetchRemote;
let url = '';

const fetch = (base: string) => fetchRemote(base, { namespace: 'apps', signal: AbortSignal.timeout(30_000) });

test.before(async () => {
  git = await startGitServer();
  const repository = await git.createRepository('bases', {
    'web/kustomization.yaml': 'resources: []\n',
    version: 'first',
  });
  url = repository.url;
  await repository.tag('v1');
  await repository.commit({ files: { version: 'second' } });
  store = await createArtifactStore({
    root: mkdtempSync(join(tmpdir(), 'bases-')),
    advertisedAddress: 'localhost:0',
  });
  const plugins = await createPlugins({
    sandbox,
    dirs: [join(root, '.build/plugins')],
    onError: (error) => {
      throw error;
    },
  });
  fetchRemote = createRemoteFetch({ plugins, egress, store });
});

test.after(async () => {
  await git.close();
  await sandbox.close();
  await egress.close();
  await store.close();
});

const version = (dir: string) => readFileSync(join(dir, 'version'), 'utf8');

test('a folder of a repository is fetched at its default branch', async () => {
  const base = await fetch(`${url}//web`);
  assert.is(base.path, 'web');
  assert.is(version(base.dir), 'second');
  base.release();
});

test('a ref may be a branch, a tag or a commit', async () => {
  const commit = (await git.createRepository('other', { version: 'other' })).resolve('main');
  for (const [base, expected] of [
    [`${url}//web?ref=main`, 'second'],
    [`${url}//web?ref=v1`, 'first'],
    [`${git.url}/other.git?ref=${await commit}`, 'other'],
  ] as const) {
    const fetched = await fetch(base);
    assert.is(version(fetched.dir), expected, base);
    fetched.release();
  }
});

test('a ref that is not there is an error that names it', async () => {
  const error = await fetch(`${url}//web?ref=nowhere`).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, Error);
  assert.match(String(error), 'nowhere');
});

test('a single file is fetched over HTTP', async () => {
  const server = createServer((_request, response) => response.end('kind: ConfigMap\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const base = await fetch(`http://127.0.0.1:${port}/files/map.yaml`);
  assert.is(readFileSync(join(base.dir, base.path ?? ''), 'utf8'), 'kind: ConfigMap\n');
  base.release();
  server.close();
});

test.run();
