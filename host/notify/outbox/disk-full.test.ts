import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** Whether this user may mount a file system in a namespace of its own. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

(canMount() ? test : test.skip)(
  'on a full disk entries are kept in memory, and on the disk once there is room again',
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'journal-full-'));
    try {
      mkdirSync(join(dir, 'small'));
      const script = 'mount -t tmpfs -o size=1m tmpfs "$1/small" && exec "$2" "$3" "$1/small"';
      const child = join(import.meta.dirname, 'test', 'disk-full.ts');
      const output = execFileSync(
        'unshare',
        ['-rm', 'sh', '-c', script, 'sh', dir, process.execPath, child],
        { encoding: 'utf8' },
      );
      const report: { errors: string[]; inMemory: boolean; entries: string[] } = JSON.parse(output);
      assert.is(report.errors.length, 1, report.errors.join());
      assert.match(report.errors[0] ?? '', /ENOSPC/);
      assert.is(report.inMemory, true);
      assert.equal(report.entries, ['before 1000', 'during 100000', 'after 1000']);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
);

test.run();
