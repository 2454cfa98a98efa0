/** What a store does on a file system of 4 MB, as JSON. Run by faults.test.ts in a mount namespace of its own. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../errors/flux-error.ts';
import { createArtifactStore } from '../store.ts';
import { ADDRESS, hiddenFiles, owner, readFiles, writeFiles } from './helpers.ts';

const [, , small = '', elsewhere = ''] = process.argv;
const root = join(small, 'store');
const MEGABYTE = 1024 * 1024;
const store = await createArtifactStore({ root, advertisedAddress: ADDRESS });
const source = (name: string, bytes: Uint8Array): string => {
  writeFiles(join(elsewhere, name), { 'a.bin': bytes });
  return join(elsewhere, name);
};
const describe = (error: unknown) =>
  error instanceof FluxError ? { code: error.code, reason: error.reason, text: error.text } : String(error);
const report: Record<string, unknown> = {};

const first = await store.archive(owner, 'one', source('one', Buffer.from('first')), {
  file: 'current.tar.gz',
});
const tooBig = source('two', randomBytes(8 * MEGABYTE));
report['archive'] = await store.archive(owner, 'two', tooBig, { file: 'current.tar.gz' }).catch(describe);
report['put'] = await store.put(owner, 'two', join(tooBig, 'a.bin'), { file: 'b.tgz' }).catch(describe);
report['previousIsWhole'] = await store.verify(first);
report['leftovers'] = hiddenFiles(root);
report['secondFile'] = existsSync(join(root, 'gitrepository/apps/web/b.tgz'));

const zeroes = await store.archive(owner, 'three', source('three', Buffer.alloc(20 * MEGABYTE)), {
  file: 'three.tar.gz',
});
report['tree'] = await store.tree(zeroes).catch(describe);
report['treeLeftovers'] = hiddenFiles(root);

const cached = await store.archive(owner, 'four', source('four', Buffer.alloc(2 * MEGABYTE)), {
  file: 'four.tar.gz',
});
(await store.tree(cached)).release();
report['treesBefore'] = readdirSync(join(root, '.trees')).length;
const needsRoom = await store.archive(owner, 'five', source('five', randomBytes(2.5 * MEGABYTE)), {
  file: 'five.tar.gz',
});
report['roomWasMade'] = await store.verify(needsRoom);
report['treesAfter'] = readdirSync(join(root, '.trees')).length;
report['firstTree'] = readFiles((await store.tree(first)).dir);
process.stdout.write(JSON.stringify(report));
await store.close();
