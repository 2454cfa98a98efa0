import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { httpServer } from '@flux-host/host/sandbox/testing/servers.ts';
import { buildPlugin } from '@flux-host/sdk/typescript/build/index.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pages, root } from '../../docs/sources.ts';
import { workbench } from './workbench.ts';

const page = pages().get('plugins/typescript.md') ?? '';
const fence = (marker: string) =>
  [...page.matchAll(new RegExp(`<!-- ${marker} -->\\n\\n\`\`\`\\w*\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, first = '', second = '']) => [first, second] as const,
  );

const bench = workbench();
const dir = mkdtempSync(join(tmpdir(), 'flux-docs-'));
const files = [...fence('file: (\\S+)'), ...fence('check: (\\S+)')];
for (const [name, content] of files) writeFileSync(join(dir, name), content);
// What `npm install` of the page makes.
mkdirSync(join(dir, 'node_modules', '@flux-host'), { recursive: true });
mkdirSync(join(dir, 'node_modules', '.bin'));
symlinkSync(join(root, 'sdk'), join(dir, 'node_modules', '@flux-host', 'sdk'));
symlinkSync(join(root, 'node_modules', '.bin', 'tsc'), join(dir, 'node_modules', '.bin', 'tsc'));

test.after(async () => {
  await bench.close();
  rmSync(dir, { recursive: true, force: true });
});

function shell(script: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  assert.is(status, 0, `${stdout}${stderr}`);
  return stdout;
}

const load = async (name: string) => bench.loadBytes((await buildPlugin({ entry: join(dir, name) })).wasm);

test('the commands of the page check and build its plugin', async () => {
  const [[script = ''] = []] = fence('run');
  assert.match(shell(script), /✔ hook\.wasm/);
  const plugin = await bench.loadBytes(readFileSync(join(dir, 'hook.wasm')));
  const { name, version, description, license } = plugin.manifest;
  assert.equal(
    [name, version, description, license],
    ['notifier-hook', '0.1.0', 'Posts events to a hook of example.com', 'Apache-2.0'],
  );
});

test('the notifier of the page posts, skips, and fails as it says', async () => {
  const bodies: string[] = [];
  const server = await httpServer((request, response) => {
    request.on('data', (part: Buffer) => bodies.push(part.toString()));
    request.on('end', () => response.writeHead(request.url === '/gone' ? 404 : 200).end());
  });
  try {
    const plugin = await load('plugin.ts');
    const notify = (path: string, level?: string) =>
      bench.call(plugin, 'notify', {
        input: {
          event: {
            involvedObject: { kind: 'Kustomization', namespace: 'apps', name: 'web' },
            ...{ severity: 'info', timestamp: null, message: 'ready', reason: 'R', reportingController: 'k' },
          },
          provider: {
            ...{ namespace: 'apps', name: 'p', type: 'hook', address: `${server.url}${path}` },
            config: { room: 'ops', ...(level ? { level } : {}) },
          },
          secret: { token: Buffer.from('t0ken').toString('base64') },
        },
        egress: { allow: ['127.0.0.1'] },
      });
    assert.equal(await notify('/'), {});
    assert.equal(JSON.parse(bodies[0] ?? ''), { room: 'ops', text: 'Kustomization/apps/web: ready' });
    assert.is(server.seen[0]?.headers.authorization, 'Bearer t0ken');
    assert.equal(await notify('/', 'errors'), { skipped: 'only errors are wanted' });
    const error = await notify('/gone').catch((thrown: unknown) => thrown);
    assert.match(String(error), /the hook answered 404/);
  } finally {
    await server.close();
  }
});

test('the script of the page builds', () => {
  const [[name = ''] = []] = fence('check: (\\S+)');
  assert.match(shell(`node ${name}`), /^notifier-hook sha256:[0-9a-f]{64}: \d+ bytes in \d+ ms\n$/);
});

test('every other plugin of the page builds', async () => {
  const sources = files.map(([name]) => name).filter((name) => /^(?!plugin).*\.ts$/.test(name));
  assert.ok(sources.length >= 5);
  for (const name of sources) await load(name);
});

test('the builder of the page makes what it says', async () => {
  const tree = join(dir, 'tree');
  mkdirSync(join(tree, 'docs', 'a'), { recursive: true });
  writeFileSync(join(tree, 'docs', 'a', 'b.md'), '# B');
  const answer = await bench.call<{ resources: string }>(await load('builder.ts'), 'build', {
    input: { path: 'docs', spec: {} },
    mounts: { '/in': tree },
  });
  assert.equal(JSON.parse(answer.resources).data, { 'a.b.md': '# B' });
});

test('the policy and the command of the page answer', async () => {
  const plugin = await load('several.ts');
  assert.equal(await bench.call(plugin, 'select', { input: { image: 'i', tags: ['a', 'abc', 'ab'] } }), {
    tag: 'abc',
  });
  assert.equal(await bench.call(plugin, 'run', { input: { args: ['be', 'quick'] } }), {
    stdout: 'BE QUICK\n',
  });
});

test.run();
