import { createHash } from 'node:crypto';
import { cp, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { flux } from '@flux-host/cli/testing/flux.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/paths.ts';
import { installProjects, type Projects, typescriptProjects } from './projects.ts';

let projects: Projects;

test.before(async () => {
  projects = await installProjects();
});
test.after(() => projects?.remove());

const sdk = (...path: string[]) => join(projects.dir, 'node_modules', '@flux-host', 'sdk', ...path);

test('what npm installs is whole by itself: nothing of it leads into the repository', async () => {
  assert.is(await realpath(sdk()), sdk());
  assert.equal(await readdir(join(projects.dir, 'node_modules', '@flux-host')), ['sdk']);
  const files = await readdir(sdk(), { recursive: true });
  const sources = files.filter((file) => /(?<!\.d)\.ts$/.test(file));
  assert.equal(sources, [], 'Node strips no types below node_modules');
  for (const file of files.filter((each) => /\.(js|d\.ts|json)$/.test(each))) {
    const text = await readFile(sdk(file), 'utf8');
    assert.not.match(text, /(from |import\()["']@flux-host\/(host|crds|cli)/, file);
    assert.not.ok(text.includes(root), `${file} has a path of this machine`);
  }
});

for (const name of typescriptProjects) {
  test(`${name} passes the compiler and its author's own tests`, async () => {
    const types = await projects.node(name, [
      join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      '.',
    ]);
    assert.is(types.code, 0, types.output);
    const tests = await projects.node(name, ['--test', '--test-reporter=spec', 'plugin.spec.ts']);
    assert.is(tests.code, 0, tests.output);
    assert.match(tests.output, /ℹ pass 4\n/);
  });
}

test('the same sources give the same module, in another folder too', async () => {
  const digest = async (name: string) =>
    createHash('sha256')
      .update(await readFile(await projects.build(name)))
      .digest('hex');
  const first = await digest('liquid-charts');
  await cp(projects.folder('liquid-charts'), projects.folder('elsewhere/liquid-charts'), { recursive: true });
  const { code, output } = await projects.node('elsewhere/liquid-charts', [
    join(projects.dir, 'node_modules', '.bin', 'flux-sdk'),
    ...['build', '--out', 'again.wasm'],
  ]);
  assert.is(code, 0, output);
  assert.match(output, `✔ again.wasm`);
  assert.match(output, `sha256:${first}`);
});

test('a mistake is told with file and line, and an unknown command with the usage', async () => {
  const program = join(projects.dir, 'node_modules', '.bin', 'flux-sdk');
  const missing = await projects.node('newest-build', [program, 'build', 'nothing.ts']);
  assert.is(missing.code, 1);
  assert.match(missing.output, '✗ nothing.ts does not exist');
  const unknown = await projects.node('newest-build', [program, 'deploy']);
  assert.is(unknown.code, 2);
  assert.match(unknown.output, 'usage: flux-sdk build');
  const flag = await projects.node('newest-build', [program, 'build', '--fast']);
  assert.is(flag.code, 2);
  assert.match(flag.output, "'--fast'");
});

test('a project of "flux plugin init" uses the package that is installed, where there is one', async () => {
  const made = await flux(['plugin', 'init', 'fresh', '--kind', 'notifier'], { cwd: projects.dir });
  assert.is(made.code, 0, made.err);
  assert.not.ok((await readdir(projects.folder('fresh/node_modules'))).includes('@flux-host'));
  const tested = await flux(['plugin', 'test'], { cwd: projects.folder('fresh') });
  assert.is(tested.code, 0, tested.all);
  assert.match(tested.all, /ℹ pass [1-9]/);
});

test.run();
