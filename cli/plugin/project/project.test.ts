import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FluxResult, flux } from '../../testing/flux.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const dir = mkdtempSync(join(tmpdir(), 'flux-project-'));
test.after(() => rmSync(dir, { recursive: true }));

let folders = 0;
function emptyFolder(): string {
  folders += 1;
  const folder = join(dir, String(folders));
  mkdirSync(folder);
  return folder;
}

const run = (line: string, cwd: string): Promise<FluxResult> => flux(line.split(' '), { cwd });

const kinds = ['notifier', 'source', 'builder', 'policy', 'receiver', 'decryptor', 'command'];

for (const kind of kinds) {
  test(`a new ${kind} in TypeScript passes its tests, the golden examples and the compiler's checks`, async () => {
    const cwd = emptyFolder();
    const made = await run(`plugin init my-plug --kind ${kind}`, cwd);
    assert.is(made.code, 0, made.err);
    assert.is(made.err, `✔ ${kind} plugin my-plug written to this folder\n  next: npm test\n`);
    const { code, all, out } = await run('plugin test', cwd);
    assert.is(code, 0, all);
    assert.match(out, /\n[1-9]\d* passed, 0 failed, 0 skipped\n/);
    assert.match(out, /ℹ pass [1-9]/);
    const tsc = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', cwd], { encoding: 'utf8' });
    assert.is(tsc.status, 0, tsc.stdout);
    const line = /^flux (plugin run .*)$/m.exec(readFileSync(join(cwd, 'README.md'), 'utf8'))?.[1] ?? '';
    const once = await run(line, cwd);
    // The key service that is recorded unwraps nothing.
    assert.is(once.code, kind === 'decryptor' ? 1 : 0, once.all);
  });

  test(`a new ${kind} in Go does so, too`, async () => {
    const cwd = emptyFolder();
    assert.is((await run(`plugin init my-plug --kind ${kind} --lang go`, cwd)).code, 0);
    const { code, all, out } = await run('plugin test', cwd);
    assert.is(code, 0, all);
    assert.match(out, /\n[1-9]\d* passed, 0 failed, 0 skipped\n/);
    assert.match(out, /^ok\s+my-plug/m);
  });
}

test('the same sources give the same module, wherever they lie', async () => {
  const digests = new Set<string | undefined>();
  for (const cwd of [emptyFolder(), emptyFolder()]) {
    await run('plugin init same --kind policy', cwd);
    for (let count = 0; count < 2; count += 1) {
      const { err } = await run('plugin build', cwd);
      digests.add(/✔ same\.wasm {2}\d+ KiB {2}(sha256:[0-9a-f]{64})\n$/.exec(err)?.[1]);
    }
  }
  assert.is(digests.size, 1);
  assert.not.ok(digests.has(undefined));
});

test('npm finds flux and the SDK in a new project, without an installation', async () => {
  const cwd = emptyFolder();
  await run('plugin init my-plug --kind command', cwd);
  const { status, stdout, stderr } = spawnSync('npm', ['test', '--silent'], { cwd, encoding: 'utf8' });
  assert.is(status, 0, stdout + stderr);
  assert.match(stderr, '✔ all is well');
});

test('where there is something already the project gets a folder of its own', async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'notes.txt'), 'mine');
  const { err } = await run('plugin init my-plug --kind builder', cwd);
  assert.match(err, '✔ builder plugin my-plug written to my-plug\n  next: cd my-plug && npm test\n');
  assert.ok(existsSync(join(cwd, 'my-plug', 'plugin.ts')));
  const again = await run('plugin init my-plug --kind builder', cwd);
  assert.is(again.code, 1);
  assert.match(again.err, '✗ my-plug is there already, and is not empty');
  assert.is(readFileSync(join(cwd, 'notes.txt'), 'utf8'), 'mine');
});

test('a fault of the plugin fails the test command, and so does one in the tests of the author', async () => {
  const cwd = emptyFolder();
  await run('plugin init my-plug --kind policy', cwd);
  const source = readFileSync(join(cwd, 'plugin.ts'), 'utf8');
  writeFileSync(join(cwd, 'plugin.ts'), source.replace('tag: best.tag', "tag: 'none'"));
  const broken = await run('plugin test', cwd);
  assert.is(broken.code, 1);
  assert.match(broken.out, '✗ policy select: gives one of the tags\n    it chose "none", which is none of');
  assert.not.match(broken.err, 'all is well');

  writeFileSync(join(cwd, 'plugin.ts'), source);
  const tests = readFileSync(join(cwd, 'plugin.test.ts'), 'utf8');
  writeFileSync(join(cwd, 'plugin.test.ts'), tests.replace("'1.10.0'", "'9.9.9'"));
  const own = await run('plugin test', cwd);
  assert.is(own.code, 1);
  assert.match(own.out, 'passed, 0 failed');
  assert.match(own.out, "'9.9.9'");
});

test('a check is skipped with its reason, and a name that no check has is told', async () => {
  const cwd = emptyFolder();
  await run('plugin init my-plug --kind policy', cwd);
  const file = join(cwd, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const skip = (reasons: unknown) => {
    manifest.fluxPlugin.conformance.skip = reasons;
    writeFileSync(file, JSON.stringify(manifest));
  };
  skip({ 'policy select: no tags at all': 'it never happens here' });
  const { code, out } = await run('plugin test', cwd);
  assert.is(code, 0);
  assert.match(out, '- policy select: no tags at all (skipped: it never happens here)\n');
  assert.match(out, ', 0 failed, 1 skipped\n');
  skip({ 'policy select: nothing': 'x' });
  assert.match((await run('plugin test', cwd)).err, '✗ there is no check "policy select: nothing" to skip');
  skip(['policy select: no tags at all']);
  assert.match(
    (await run('plugin test', cwd)).err,
    '✗ the conformance settings are not valid: skip must be object',
  );
});

test('what the compilers say is told', async () => {
  const cwd = emptyFolder();
  await run('plugin init my-plug --kind policy', cwd);
  writeFileSync(join(cwd, 'plugin.ts'), "import { x } from 'no-such-package';\nexport default x;\n");
  const typescript = await run('plugin build', cwd);
  assert.is(typescript.code, 1);
  assert.match(typescript.err, /✗ plugin\.ts:1:19: Could not resolve "no-such-package"/);
  const go = emptyFolder();
  await run('plugin init my-plug --kind policy --lang go', go);
  writeFileSync(join(go, 'main.go'), 'package main\n\nfunc main() { nothing() }\n');
  assert.match((await run('plugin build', go)).err, /✗ go build failed:\n.*undefined: nothing/s);
});

const mistakes: readonly (readonly [string, string])[] = [
  ['plugin init', 'accepts 1 arg(s), received 0'],
  ['plugin init x', '--kind is required, one of: notifier, source,'],
  ['plugin init x --kind nothing', 'invalid argument "nothing" for "--kind" flag: must be one of: notifier,'],
  ['plugin init x --kind source --lang rust', 'must be one of: ts, go'],
  ['plugin init X_y --kind source', "name 'X_y' is invalid"],
  ['plugin build', 'has no plugin project'],
  ['plugin test', 'has no plugin project'],
  ['plugin test nothing.wasm', 'cannot read nothing.wasm: no such file or directory'],
];

for (const [line, message] of mistakes) {
  test(`"${line}" is refused: ${message}`, async () => {
    const { code, err } = await run(line, emptyFolder());
    assert.is(code, 1);
    assert.ok(err.startsWith('✗ ') && err.includes(message), err);
  });
}

test.run();
