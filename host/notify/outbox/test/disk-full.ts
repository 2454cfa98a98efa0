/** What a journal does on a file system that gets full and has room again, as JSON. Run by disk-full.test.ts in a mount namespace of its own. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../journal.ts';

const [, , small = ''] = process.argv;
const dir = join(small, 'outbox');
const ballast = join(small, 'ballast');
const errors: string[] = [];
const onError = (error: unknown) => void errors.push(String(error));

const journal = await openJournal({ dir, onError });
await journal.add('before', 'x'.repeat(1000));
try {
  for (let size = 2 ** 20; ; size *= 2) writeFileSync(ballast, Buffer.alloc(size));
} catch {
  // Now it is full.
}
await journal.add('during', 'y'.repeat(100_000));
const inMemory = journal.entries.has('during');
rmSync(ballast);
await journal.add('after', 'z'.repeat(1000));
await journal.close();

const again = await openJournal({ dir, onError: (error) => void errors.push(`again: ${error}`) });
const entries = [...again.entries].map(([id, payload]) => `${id} ${payload.length}`);
await again.close();
process.stdout.write(JSON.stringify({ errors, inMemory, entries }));
