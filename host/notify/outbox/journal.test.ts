import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from './journal.ts';

const dirs: string[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'));
  dirs.push(dir);
  return join(dir, 'outbox');
};
const onError = (error: unknown): void => {
  throw error;
};
const files = (dir: string) => readdirSync(dir).sort();

test.after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

test('what was added and not removed is there again, in its order', async () => {
  const dir = folder();
  const first = await openJournal({ dir, onError });
  await Promise.all(['a', 'b', 'c'].map((id) => first.add(id, `{"text":"${id} ü\\n"}`)));
  first.remove('b');
  await first.close();
  const second = await openJournal({ dir, onError });
  assert.equal(
    [...second.entries],
    [
      ['a', '{"text":"a ü\\n"}'],
      ['c', '{"text":"c ü\\n"}'],
    ],
  );
  await second.close();
});

test('what add() promised survives a kill -9', async () => {
  const dir = folder();
  const program = `
    import { openJournal } from ${JSON.stringify(join(import.meta.dirname, 'journal.ts'))};
    const journal = await openJournal({ dir: ${JSON.stringify(dir)}, onError(e) { throw e; } });
    for (let n = 0; ; n++) {
      await Promise.all([1, 2, 3].map((k) => journal.add(n + '-' + k, 'x'.repeat(200))));
      process.stdout.write(n + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let promised = -1;
  const enough = Promise.withResolvers<void>();
  child.stdout.on('data', (text: Buffer) => {
    promised = Number(text.toString().trim().split('\n').at(-1));
    if (promised > 20) enough.resolve();
  });
  await enough.promise;
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const { entries, close } = await openJournal({ dir, onError });
  const kept = Array.from({ length: promised + 1 }, (_, n) => entries.has(`${n}-1`) && entries.has(`${n}-3`));
  assert.equal(kept.indexOf(false), -1, `${promised + 1} rounds were promised`);
  await close();
});

test('a torn last line costs that line only', async () => {
  const dir = folder();
  const first = await openJournal({ dir, onError });
  await first.add('a', 'one');
  await first.add('b', 'two');
  await first.close();
  const file = join(dir, files(dir)[0] ?? '');
  truncateSync(file, statSync(file).size - 3);
  const second = await openJournal({ dir, onError });
  assert.equal([...second.entries.keys()], ['a']);
  await second.add('c', 'three');
  await second.close();
  const third = await openJournal({ dir, onError });
  assert.equal([...third.entries.keys()], ['a', 'c']);
  await third.close();
});

test('damaged lines are left out and reported', async () => {
  const dir = folder();
  const first = await openJournal({ dir, onError });
  await first.add('a', 'one');
  await first.close();
  appendFileSync(join(dir, files(dir)[0] ?? ''), '00000000 +x garbage\nnonsense\n');
  const errors: string[] = [];
  const second = await openJournal({ dir, onError: (error) => errors.push(String(error)) });
  assert.equal([...second.entries.keys()], ['a']);
  assert.match(errors.join(), /2 entries of .* are damaged/);
  await second.close();
});

test('the disk stays bounded while one entry is never done with', async () => {
  const dir = folder();
  const journal = await openJournal({ dir, onError, segmentBytes: 10_000, maxBytes: 100_000 });
  await journal.add('stuck', 'the one');
  for (let n = 0; n < 2000; n += 1) {
    const done = journal.add(`${n}`, 'x'.repeat(500));
    if (n % 50 === 0) await done;
    journal.remove(`${n}`);
  }
  await journal.close();
  const total = files(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
  assert.ok(total < 100_000, `${total} bytes of a million`);
  const again = await openJournal({ dir, onError });
  assert.equal([...again.entries], [['stuck', 'the one']]);
  await again.close();
});

test('an entry whose removal is in a later file does not come back', async () => {
  const dir = folder();
  const journal = await openJournal({ dir, onError, segmentBytes: 200 });
  await journal.add('keep', 'k'.repeat(100));
  await journal.add('done', 'd'.repeat(100));
  await journal.add('other', 'o'.repeat(300));
  journal.remove('done');
  journal.remove('other');
  await journal.add('last', 'l'.repeat(300));
  journal.remove('last');
  await journal.close();
  const again = await openJournal({ dir, onError });
  assert.equal([...again.entries.keys()], ['keep']);
  await again.close();
});

test('one sync covers many entries', async () => {
  const dir = folder();
  const journal = await openJournal({ dir, onError });
  const settled: number[] = [];
  const all = Array.from({ length: 500 }, (_, n) => journal.add(`${n}`, 'x').then(() => settled.push(n)));
  assert.is(readFileSync(join(dir, files(dir)[0] ?? ''), 'utf8'), '', 'nothing is written one by one');
  await Promise.all(all);
  assert.is(settled.length, 500);
  await journal.close();
});

test('without a folder entries are kept in memory', async () => {
  const journal = await openJournal({ onError });
  await journal.add('a', 'one');
  assert.is(journal.size, 3);
  journal.remove('a');
  assert.is(journal.size, 0);
  await journal.close();
});

test.run();
