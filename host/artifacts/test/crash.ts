/** Archives trees of two kinds for ever, until it is killed; prints what it finished. Run by faults.test.ts. */
import { join } from 'node:path';
import { createArtifactStore } from '../store.ts';
import { ADDRESS, owner } from './helpers.ts';

const [, , dir = '', run = ''] = process.argv;
const store = await createArtifactStore({ root: join(dir, 'store'), advertisedAddress: ADDRESS });
// The worker thread is running after this, so that the kill hits the work and not the start.
await store.archive(owner, 'r', join(dir, 'even'), { file: 'current.tar.gz' });
process.stdout.write('started\n');
for (let i = 0; ; i++) {
  const source = join(dir, i % 2 === 0 ? 'even' : 'odd');
  await store.archive(owner, 'r', source, { file: 'current.tar.gz' });
  const artifact = await store.archive(owner, 'r', source, { file: `${run}-${i}.tar.gz` });
  await store.link(artifact, 'latest.tar.gz');
  process.stdout.write(`${JSON.stringify(artifact)}\n`);
}
