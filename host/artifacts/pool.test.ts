import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createWorkerPool } from './pool.ts';
import { inFolder } from './test/helpers.ts';

const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('More jobs than threads are all done, failures between them too', async () => {
  await inFolder(async (dir) => {
    const pool = createWorkerPool({ size: 2 });
    const file = join(dir, 'file');
    writeFileSync(file, '');
    const jobs = Array.from({ length: 20 }, (_, i) =>
      pool.run('digest', { file: i % 3 === 0 ? join(dir, 'missing') : file, algorithm: 'sha256' }),
    );
    const results = await Promise.allSettled(jobs);
    for (const [i, result] of results.entries()) {
      if (i % 3 !== 0) assert.equal(result, { status: 'fulfilled', value: EMPTY });
      else assert.is(result.status === 'rejected' && result.reason.code, 'ENOENT');
    }
    await pool.close();
  });
});

test('Closing waits for the jobs that were given', async () => {
  await inFolder(async (dir) => {
    const pool = createWorkerPool({ size: 1 });
    writeFileSync(join(dir, 'file'), '');
    const jobs = [1, 2, 3].map(() => pool.run('digest', { file: join(dir, 'file'), algorithm: 'sha256' }));
    await pool.close();
    assert.equal(await Promise.all(jobs), [EMPTY, EMPTY, EMPTY]);
  });
});

test.run();
