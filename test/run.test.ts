import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildDir } from '../scripts/paths.ts';

mkdirSync(buildDir, { recursive: true });
// Inside the repository, so that the files find uvu.
const scratch = mkdtempSync(join(buildDir, 'runner-test-'));
const good = `import { test } from 'uvu'; test('a', () => {}); test('b', () => {}); test.skip('c'); test.run();`;
const bad = `import { test } from 'uvu'; test('a', () => {}); test('wrong', () => { throw new Error('the reason'); }); test.run();`;

function run(files: Record<string, string>, ...args: string[]) {
  const root = mkdtempSync(join(scratch, 'case-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content.replaceAll('ROOT', root));
  }
  const command = [join(import.meta.dirname, 'run.ts'), '--root', root, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return { root, status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) };
}

test.after(() => rmSync(scratch, { recursive: true, force: true }));

test('passing files give one line each and the counts at the end; installed files are not run', () => {
  const { status, stdout, last } = run({ 'x/a.test.ts': good, 'node_modules/y/b.test.ts': bad });
  assert.is(status, 0);
  assert.match(stdout, /^✔ x\/a\.test\.ts \(2 tests, 1 skipped, \d+\.\d s\)$/m);
  assert.is(last, '2 passed, 0 failed, 1 skipped');
});

test('a failing file shows its output at once and again at the end, and fails the run', () => {
  const { status, stdout, last } = run({ 'a.test.ts': bad, 'b.test.ts': good }, '--no-again');
  assert.is(status, 1);
  assert.match(stdout, /^✗ a\.test\.ts \(1 of 2 failed/m);
  assert.is(stdout.split('the reason').length, 3);
  assert.is(last, '3 passed, 1 failed, 1 skipped');
});

test('what failed is run once more, alone, and named when it passes then', () => {
  const flaky = `import { existsSync, writeFileSync } from 'node:fs'; import { test } from 'uvu';
    test('a', () => { if (!existsSync('ROOT/seen')) { writeFileSync('ROOT/seen', ''); throw new Error('too early'); } }); test.run();`;
  const passes = run({ 'flaky.test.ts': flaky, 'b.test.ts': good });
  assert.is(passes.status, 0);
  assert.match(passes.stdout, /^✗ flaky\.test\.ts \(1 of 1 failed/m);
  assert.match(passes.stdout, /^✔ flaky\.test\.ts \(1 test, \d+\.\d s, run again, alone\)$/m);
  assert.match(passes.stdout, 'Failed beside others and passed alone; mend them:\n  flaky.test.ts\n');
  assert.is(passes.last, '3 passed, 0 failed, 1 skipped');
  const fails = run({ 'a.test.ts': bad, 'b.test.ts': good });
  assert.is(fails.status, 1);
  assert.is(fails.last, '3 passed, 1 failed, 1 skipped');
  assert.not.match(fails.stdout, 'mend them');
});

test('files that were chosen, and many that fail, are not run again', () => {
  const many = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`${index}.test.ts`, bad]));
  for (const { stdout, status } of [run(many), run({ 'a.test.ts': bad }, 'a.test')]) {
    assert.is(status, 1);
    assert.not.match(stdout, 'run again');
  }
});

test('a file that crashes, or runs no test, fails', () => {
  const { status, stdout, last } = run({ 'crash.test.ts': 'throw new Error("boom")', 'empty.test.ts': '' });
  assert.is(status, 1);
  assert.match(stdout, /crash\.test\.ts .*ended before its tests did \(exit code 1\)/);
  assert.match(stdout, /empty\.test\.ts .*ended before its tests did \(exit code 0\)/);
  assert.is(last, '0 passed, 2 failed');
});

test('a file that hangs is killed with everything it started', () => {
  const hangs = `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
    const child = spawn('sleep', ['1000']); writeFileSync('ROOT/pid', String(child.pid));`;
  const { root, status, stdout } = run({ 'hang.test.ts': hangs }, '--timeout', '2');
  assert.is(status, 1);
  assert.match(stdout, /hang\.test\.ts .*time limit/);
  const pid = Number(readFileSync(join(root, 'pid'), 'utf8'));
  let command = '';
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // No such process.
  }
  assert.is(command, '');
});

test('arguments choose files by a part of their name; no match is an error', () => {
  const files = { 'one/a.test.ts': good, 'two/b.test.ts': bad };
  assert.is(run(files, 'one/').last, '2 passed, 0 failed, 1 skipped');
  const none = run(files, 'three');
  assert.is(none.status, 1);
  assert.match(none.stderr, /no test matches three/);
});

test('Go modules with tests are run and counted, those without are not', () => {
  const files = {
    'go/go.mod': 'module example.com/a\n\ngo 1.24\n',
    'go/a_test.go':
      'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n\nfunc TestB(t *testing.T) { t.Fatal("the reason") }\n',
    'plain/go.mod': 'module example.com/b\n\ngo 1.24\n',
    'plain/b.go': 'package b\n',
  };
  const { status, stdout, last } = run(files);
  assert.is(status, 1);
  assert.match(stdout, /^✗ go test go \(1 of 2 failed/m);
  assert.match(stdout, /the reason/);
  assert.not.match(stdout, /plain/);
  assert.is(last, '1 passed, 1 failed');
});

test.run();
