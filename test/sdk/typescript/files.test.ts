import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { workbench } from './workbench.ts';

const bench = workbench();
test.after(() => bench.close());

const tree = join(bench.dir, 'tree');
mkdirSync(join(tree, 'a', 'deep'), { recursive: true });
writeFileSync(join(tree, 'a', 'deep', 'ü.txt'), 'grüße');
writeFileSync(join(tree, 'a', 'b.bin'), Uint8Array.of(0, 255, 10));
writeFileSync(join(tree, 'empty'), '');
writeFileSync(join(tree, 'large'), 'x'.repeat(3_000_000));
mkdirSync(join(tree, 'many'));
for (let index = 0; index < 1500; index += 1)
  writeFileSync(join(tree, 'many', `file-with-a-long-name-${index}`), '');
symlinkSync('/etc/passwd', join(tree, 'link'));

const mounts = { mounts: { '/in': tree } };
const reading = async (body: string) => (await bench.command(body))([], mounts);

test('files are read as bytes and as text, whatever their size', async () => {
  const seen =
    await reading(`return [sdk.readTextFile('/in/a/deep/ü.txt'), [...sdk.readFile('/in/a/b.bin')], sdk.readFile('/in/empty').length,
    sdk.readFile('/in/large').length];`);
  assert.equal(seen, ['grüße', [0, 255, 10], 0, 3_000_000]);
});

test('bytes that are no text are no text', async () => {
  const seen = await reading(
    "try { sdk.readTextFile('/in/a/b.bin'); } catch (error: any) { return error.name; }",
  );
  assert.is(seen, 'TypeError');
});

test('folders are listed in order, and walked to every depth', async () => {
  const seen =
    await reading(`return [sdk.readDir('/in/a'), [...sdk.walk('/in/a')], sdk.readDir('/in/many').length,
    sdk.readDir('/in/').map(({ name }) => name)];`);
  assert.equal(seen, [
    [
      { name: 'b.bin', kind: 'file' },
      { name: 'deep', kind: 'directory' },
    ],
    ['/in/a/b.bin', '/in/a/deep/ü.txt'],
    1500,
    ['a', 'empty', 'large', 'link', 'many'],
  ]);
});

test('what is there can be asked for', async () => {
  const seen =
    await reading(`return [sdk.stat('/in/large'), sdk.stat('/in/a').kind, sdk.exists('/in/a'), sdk.exists('/in/nope'),
    sdk.exists('/in/large/below'), sdk.stat('/in/link').kind];`);
  assert.equal(seen, [{ kind: 'file', size: 3_000_000 }, 'directory', true, false, false, 'other']);
});

test('a failure names path, code and what is wrong', async () => {
  const seen =
    await reading(`const failure = (run: () => unknown) => { try { run(); return 'fine'; } catch (error: any) { return [error.name, error.code, error.message]; } };
    return [failure(() => sdk.readFile('/in/nope')), failure(() => sdk.readDir('/in/empty')), failure(() => sdk.readFile('/in/a')),
      failure(() => sdk.readFile('/in/link')), failure(() => sdk.readFile('/in/../../etc/passwd')), failure(() => sdk.writeFile('/in/x', 'y'))];`);
  const list = seen as [string, string, string][];
  assert.equal(list[0], ['FileError', 'ENOENT', 'cannot look at /in/nope: there is no such file or folder']);
  assert.is(list[1]?.[1], 'ENOTDIR');
  assert.is(list[2]?.[1], 'EISDIR');
  for (const failed of list) assert.is(failed[0], 'FileError', JSON.stringify(list));
});

test('files are written below /out, with their folders, also bit by bit, and executable', async () => {
  const out = join(bench.dir, 'out');
  mkdirSync(out);
  const write =
    await bench.command(`sdk.writeFile('/out/x/y/z.txt', 'ä'); sdk.writeFile('/out/x/y/z.txt', sdk.encodeUtf8('b'), { append: true });
    sdk.writeFile('/out/run.sh', '#!', { executable: true }); sdk.writeFile('/out/big', new Uint8Array(2_000_000).fill(65));
    sdk.writeFile('/out/gone', ''); sdk.remove('/out/gone'); sdk.makeDir('/out/m/n'); sdk.remove('/out/m/n'); sdk.rename('/out/big', '/out/large');
    sdk.writeFile('/out/over', 'long before'); sdk.writeFile('/out/over', 'short');`);
  await write([], { out });
  assert.equal(readdirSync(out).sort(), ['large', 'm', 'over', 'run.sh', 'x']);
  assert.is(readFileSync(join(out, 'x', 'y', 'z.txt'), 'utf8'), 'äb');
  assert.is(readFileSync(join(out, 'over'), 'utf8'), 'short');
  assert.is(statSync(join(out, 'large')).size, 2_000_000);
  assert.is(statSync(join(out, 'run.sh')).mode & 0o111, 0o111);
  assert.not.ok(existsSync(join(out, 'm', 'n')));
});

test('what is written is bounded, and the failure says so', async () => {
  const out = join(bench.dir, 'bounded');
  mkdirSync(out);
  const write = await bench.command("sdk.writeFile('/out/f', new Uint8Array(2000));");
  const error = await write([], { out, limits: { outFileBytes: 1000 } }).catch((thrown: unknown) => thrown);
  assert.instance(error, FluxError);
  assert.match(String(error), /cannot write \/out\/f: the files below \/out are too large altogether/);
});

test('a builder makes objects of files, and the host knows which it looked at', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { defineBuilder, joinPath, readDir } from '@flux-host/sdk/typescript';
      export default defineBuilder({
        name: 'names', type: ['names', 'files'],
        config: { type: 'object', properties: { kind: { type: 'string', default: 'ConfigMap' } } },
        build: ({ path, config }) => ({ resources: readDir(joinPath('/in', path)).map(({ name }) =>
          JSON.stringify({ apiVersion: 'v1', kind: config.kind, metadata: { name } })).join('\\n---\\n') }),
      });`,
  });
  assert.equal(
    plugin.manifest.provides.map(({ kind, type }) => [kind, type]),
    [
      ['builder', 'names'],
      ['builder', 'files'],
    ],
  );
  const { resources } = await bench.call<{ resources: string }>(plugin, 'build', {
    input: { path: 'a', spec: {} },
    ...mounts,
  });
  assert.equal(
    resources.split('\n---\n').map((text) => JSON.parse(text).metadata.name),
    ['b.bin', 'deep'],
  );
});

test('a source resolves and fetches', async () => {
  const plugin = await bench.load({
    'plugin.ts': `import { defineSource, sha256, encodeHex, writeFile } from '@flux-host/sdk/typescript';
      export default defineSource({
        name: 'text',
        config: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
        requests: { secretKeys: ['suffix'] },
        resolve: ({ config }) => ({ revision: 'sha256:' + encodeHex(sha256(config.text)), resolved: config.text.length }),
        fetch({ config, secret, resolved }) {
          writeFile('/out/text', config.text + (secret.get('suffix') ?? ''));
          return { revision: String(resolved), message: 'written' };
        },
      });`,
  });
  const out = join(bench.dir, 'fetched');
  mkdirSync(out);
  const input = { spec: { config: { text: 'hi' } }, secret: { suffix: 'IQ==' } };
  const resolved = await bench.call<{ revision: string; resolved: unknown }>(plugin, 'resolve', { input });
  assert.is(resolved.revision, 'sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4');
  const fetched = await bench.call(plugin, 'fetch', {
    input: { ...input, resolved: resolved.resolved },
    out,
  });
  assert.equal(fetched, { revision: '2', message: 'written' });
  assert.is(readFileSync(join(out, 'text'), 'utf8'), 'hi!');
});

test.run();
