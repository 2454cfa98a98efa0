import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../helpers/git/cli.ts';
import { type GitServer, startGitServer } from '../helpers/git-server.ts';
import { fails } from './failure.ts';
import { files } from './files.ts';
import { type GitPlugin, loadGitPlugin } from './plugin.ts';
import { running } from './running.ts';

const test = suite('git plugin: large repositories');
const { start, stop } = running();
let server: GitServer;

test.before(async () => {
  server = await start(startGitServer());
});

test.after(stop);

const spec = (url: string, more: object = {}) => ({ spec: { url, ref: { branch: 'main' }, ...more } });
const megabytes = (count: number) => randomBytes(count * 2 ** 20).toString('base64');

/** A commit on top of `main` with small files, in the form of `git fast-import`. */
function manyFiles(count: number): string {
  const lines = ['commit refs/heads/main', 'committer A <a@example.com> 1767323045 +0000'];
  lines.push('data 4', 'many', 'from refs/heads/main^0');
  for (let i = 0; i < count; i++) {
    const content = `kind: ConfigMap\nname: cm-${i}\n`;
    lines.push(`M 100644 inline dir${i % 100}/file${i}.yaml`, `data ${content.length}`, content);
  }
  return `${lines.join('\n')}\n`;
}

test('5,000 files and one of 28 MB fit into the memory that the plugin asks for', async () => {
  const git: GitPlugin = await start(loadGitPlugin());
  const large = megabytes(20);
  const { url, dir } = await server.createRepository('large', { 'large.txt': large });
  await run('git', ['fast-import', '--quiet'], { cwd: dir, input: manyFiles(5000) });
  const { out } = await git.get(spec(url));
  assert.is(files(out).length, 5001);
  const digest = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
  assert.is(digest(readFileSync(join(out, 'large.txt'))), digest(large));
});

test('a repository that does not fit into the memory is refused with the limit, and a part of it fits', async () => {
  const git: GitPlugin = await start(loadGitPlugin({ memoryBytes: 48 * 2 ** 20 }));
  const { url } = await server.createRepository('too-large', { 'small/a': '1', 'large.txt': megabytes(50) });
  const { code } = await fails(git.get(spec(url)), undefined, 'git ran out of memory', '48Mi');
  assert.is(code, 'FLUX_E_PLUGIN_MEMORY');
  const { out } = await git.get(spec(url, { sparseCheckout: ['small'] }));
  assert.equal(files(out), ['small/a']);
});

test.run();
