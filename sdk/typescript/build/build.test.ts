import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readManifest } from '../../module/manifest.ts';
import { checkEngine } from './engine-file.ts';
import { BuildError, type BuildErrorCode, type BuiltPlugin, buildPlugin } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-build-'));
test.after(() => rmSync(dir, { recursive: true, force: true }));

const about = { name: 'tested', version: '1.2.3', description: 'From package.json', license: 'MIT' };
const policy = (more = '') =>
  `import { definePolicy } from '@flux-host/sdk/typescript';\nexport default definePolicy({ name: 'tested', ${more} select: ({ tags }) => ({ tag: tags[0]! }) });\n`;

let projects = 0;

/** Writes a project and gives the path of its `plugin.ts`. */
function project(files: Readonly<Record<string, string>>, packageJson: object = about): string {
  projects += 1;
  const folder = join(dir, `p${projects}`);
  for (const [name, content] of Object.entries({ 'package.json': JSON.stringify(packageJson), ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return join(folder, 'plugin.ts');
}

const build = (source: string, files: Readonly<Record<string, string>> = {}): Promise<BuiltPlugin> =>
  buildPlugin({ entry: project({ 'plugin.ts': source, ...files }) });

async function failure(work: Promise<unknown>, code: BuildErrorCode): Promise<BuildError> {
  const thrown = await work.then(
    () => new Error('it was built'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof BuildError)) throw thrown;
  assert.is(thrown.code, code, thrown.text);
  return thrown;
}

const imports = ({ wasm }: BuiltPlugin) =>
  WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name);

test('the manifest is made of the definition and of package.json', async () => {
  const { wasm, manifest, digest } = await build(
    policy("license: 'Apache-2.0', repository: 'https://example.com/r',"),
  );
  const expected = {
    contract: 'plugin.flux-host/v1',
    ...{ name: 'tested', version: '1.2.3', description: 'From package.json' },
    ...{ source: 'https://example.com/r', license: 'Apache-2.0' },
    provides: [{ kind: 'policy', type: 'tested' }],
    requests: {},
  };
  assert.equal(manifest, expected);
  assert.equal(readManifest(wasm), expected);
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
});

test('the repository of package.json may be an object, with the prefix of npm', async () => {
  const repository = { type: 'git', url: 'git+https://example.com/x.git' };
  const { manifest } = await buildPlugin({
    entry: project({ 'plugin.ts': policy() }, { ...about, repository }),
  });
  assert.is(manifest.source, 'https://example.com/x.git');
});

test('the same sources give the same bytes in another folder, at another time and in another process', async () => {
  const files = {
    'plugin.ts': `import { pick } from './lib/pick.ts';\nimport { definePolicy } from '@flux-host/sdk/typescript';
      console.log(Date.now(), Math.random(), new URL('http://x').href, performance.now());
      const seed = Math.random() + Date.now();
      export default definePolicy({ name: 'tested', select: ({ tags }) => ({ tag: pick(tags), why: String(seed) }) });`,
    'lib/pick.ts':
      'import common from "left";\nexport const pick = (tags: readonly string[]) => common(tags[0] ?? "");\n',
    'node_modules/left/package.json': '{"name":"left","version":"1.0.0","main":"index.js"}',
    'node_modules/left/index.js': 'module.exports = function left(text) { return text; };',
  };
  const entry = project(files);
  const elsewhere = join(dir, 'much', 'deeper', 'down', 'copy');
  cpSync(dirname(entry), elsewhere, { recursive: true });
  const first = await buildPlugin({ entry });
  assert.is((await buildPlugin({ entry })).digest, first.digest, 'again');
  assert.is(
    (await buildPlugin({ entry: join(elsewhere, 'plugin.ts') })).digest,
    first.digest,
    'in another folder',
  );
  const script = `import { buildPlugin } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    process.stdout.write((await buildPlugin({ entry: 'copy/plugin.ts' })).digest);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: dirname(elsewhere),
    encoding: 'utf8',
    env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'tr_TR' },
  });
  assert.is(stdout, first.digest, stderr);
  const text = Buffer.from(first.wasm).toString('latin1');
  assert.not.ok(text.includes(dir), 'no path of this machine is in it');
});

test('the module exports what its kinds need, and memory, and nothing of the engine', async () => {
  const { wasm } = await build(policy());
  const names = WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(
    ({ name, kind }) => `${kind} ${name}`,
  );
  assert.equal(names, ['memory memory', 'function select']);
});

test('the module imports network functions only as far as it requests them', async () => {
  const network = (built: BuiltPlugin) => [
    ...new Set(imports(built).map((name) => /flux_(http|tcp)/.exec(name)?.[1])),
  ];
  assert.equal(network(await build(policy())), [undefined]);
  assert.equal(network(await build(policy("requests: { network: ['a.example.com'] },"))).sort(), [
    'http',
    undefined,
  ]);
  assert.equal(network(await build(policy("requests: { capabilities: ['tcp'] },"))).sort(), [
    'tcp',
    undefined,
  ]);
  assert.equal(network(await build(policy("requests: { capabilities: ['http', 'tcp'] },"))).sort(), [
    'http',
    'tcp',
    undefined,
  ]);
});

test('what a plugin does not use is not in it: URL, templates', async () => {
  const plain = await build(policy());
  assert.ok(plain.wasm.length < 1_100_000, `${plain.wasm.length} bytes`);
  const url = await build(`console.log(new URL('http://x').href);\n${policy()}`);
  assert.ok(url.codeBytes > plain.codeBytes + 30_000, `${plain.codeBytes} and ${url.codeBytes}`);
  const template = await build(
    `import { template } from '@flux-host/sdk/typescript';\ntemplate('');\n${policy()}`,
  );
  assert.ok(template.codeBytes > plain.codeBytes + 4_000, `${plain.codeBytes} and ${template.codeBytes}`);
});

test('the memory of an instance is bounded as requested, and by 256Mi otherwise', async () => {
  const pages = ({ wasm }: BuiltPlugin) => {
    const module = new WebAssembly.Module(wasm);
    const nothing = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]));
    const all = { 'extism:host/user': nothing, 'extism:host/env': nothing, wasi_snapshot_preview1: nothing };
    const { memory } = new WebAssembly.Instance(module, all).exports;
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory');
    for (;;) {
      try {
        memory.grow(16);
      } catch {
        return memory.buffer.byteLength / 65_536;
      }
    }
  };
  const near = (found: number, mebibytes: number) => found > mebibytes * 16 - 16 && found <= mebibytes * 16;
  assert.ok(near(pages(await build(policy("requests: { memory: '8Mi' },"))), 8));
  assert.ok(near(pages(await build(policy())), 256));
});

test('out writes the module, and its folders', async () => {
  const out = join(dir, 'some', 'where', 'x.wasm');
  const { wasm } = await buildPlugin({ entry: project({ 'plugin.ts': policy() }), out });
  assert.equal(Uint8Array.from(readFileSync(out)), wasm);
});

test('a smaller module is made on demand', async () => {
  const entry = project({ 'plugin.ts': policy() });
  const [plain, small] = [await buildPlugin({ entry }), await buildPlugin({ entry, minify: true })];
  assert.ok(small.codeBytes < plain.codeBytes * 0.8 && small.wasm.length < plain.wasm.length);
});

test('bad TypeScript is a failure with file, line and column', async () => {
  const error = await failure(
    build(`import './lib/bad.ts';\n${policy()}`, { 'lib/bad.ts': 'const a = 1;\n  const b = ;\n' }),
    'FLUX_E_SDK_SOURCE',
  );
  assert.is(error.message, 'lib/bad.ts:2:13: Unexpected ";"');
  assert.equal(error.places, [{ file: 'lib/bad.ts', line: 2, column: 13, text: 'Unexpected ";"' }]);
});

test('all faults are reported, not only the first', async () => {
  const error = await failure(build(`import 'nope-1';\nimport 'nope-2';\n${policy()}`), 'FLUX_E_SDK_SOURCE');
  assert.match(
    error.message,
    /^plugin\.ts:1:8: Could not resolve "nope-1"\nplugin\.ts:2:8: Could not resolve "nope-2"$/,
  );
  assert.match(error.hint ?? '', /install the package with npm/);
});

test('a module of Node is refused with what to use instead', async () => {
  const error = await failure(
    build(`import { readFileSync } from 'node:fs';\nreadFileSync('x');\n${policy()}`),
    'FLUX_E_SDK_SOURCE',
  );
  assert.match(
    error.message,
    /^plugin\.ts:1:30: node:fs is not there in a plugin: see '@flux-host\/sdk\/typescript'/,
  );
});

test('of a library that comes for Node and for browsers the form for browsers is taken', async () => {
  const { codeBytes } = await build(
    `import { name } from 'two';\nif (name !== 'browser') throw new Error(name);\n${policy()}`,
    {
      'node_modules/two/package.json': JSON.stringify({
        name: 'two',
        main: 'node.js',
        browser: { './node.js': './browser.js' },
      }),
      'node_modules/two/node.js': "require('fs'); exports.name = 'node';",
      'node_modules/two/browser.js': "exports.name = 'browser';",
    },
  );
  assert.ok(codeBytes > 0);
});

test('an entry that is not there is named', async () => {
  const error = await failure(buildPlugin({ entry: join(dir, 'nope.ts') }), 'FLUX_E_SDK_SOURCE');
  assert.match(error.message, /nope\.ts does not exist/);
});

test('a package.json that is broken is named', async () => {
  const entry = project({ 'plugin.ts': policy() });
  writeFileSync(join(dirname(entry), 'package.json'), '{ oops');
  assert.match(
    (await failure(buildPlugin({ entry }), 'FLUX_E_SDK_SOURCE')).message,
    /^package\.json:1:1: it is not JSON/,
  );
});

test('a module without a plugin as default export is refused with an example', async () => {
  for (const source of ['export const a = 1;', 'export default 5;', 'export default { name: 1 };', '']) {
    const error = await failure(build(source), 'FLUX_E_SDK_DEFINITION');
    assert.match(
      error.text,
      /^plugin\.ts has no plugin as its default export \(hint: write export default defineNotifier/,
    );
  }
});

test('a plugin that provides nothing, or says what it must not, is refused by the field', async () => {
  const define = (fields: string) =>
    failure(
      build(
        `import { definePlugin } from '@flux-host/sdk/typescript';\nexport default definePlugin({ ${fields} });`,
      ),
      'FLUX_E_SDK_DEFINITION',
    );
  assert.match((await define("name: 'x'")).message, /it provides nothing/);
  const one = 'policy: { select: () => ({ tag: "" }) }';
  assert.match((await define(`name: 'Not A Name', ${one}`)).message, /name must match pattern/);
  assert.match(
    (await define(`name: 'x', requests: { memory: 'much' }, ${one}`)).message,
    /"much" is no quantity/,
  );
  assert.match(
    (await define(`name: 'x', requests: { nonsense: 1 }, ${one}`)).message,
    /requests must not have additional properties/,
  );
  assert.match(
    (await define(`name: 'x', description: '${'x'.repeat(301)}', ${one}`)).message,
    /description must not have more than 300/,
  );
});

test('without a description or version anywhere the failure says where to write it', async () => {
  for (const field of ['description', 'version'] as const) {
    const entry = project({ 'plugin.ts': policy() }, { ...about, [field]: undefined });
    const error = await failure(buildPlugin({ entry }), 'FLUX_E_SDK_DEFINITION');
    assert.match(
      error.text,
      new RegExp(`it has no ${field} \\(hint: write it into the definition, or into package\\.json\\)`),
    );
  }
});

test("a module that throws while it is evaluated is a failure with the author's places", async () => {
  const files = {
    'lib/setup.ts': '\nexport function setup(): never {\n  throw new RangeError("not today");\n}\n',
  };
  const error = await failure(
    build(`import { setup } from './lib/setup.ts';\nsetup();\n${policy()}`, files),
    'FLUX_E_SDK_EVALUATE',
  );
  assert.match(error.message, /RangeError: not today\n +at setup \(lib\/setup\.ts:3:\d+\)\n.*plugin\.ts:2:1/);
});

test('the host cannot be called while the module is evaluated', async () => {
  for (const body of ["readFile('/in/x')", "readDir('/')", "tcp.connect({ host: 'a', port: 1 })"]) {
    const source = `import { readDir, readFile, tcp } from '@flux-host/sdk/typescript';\n${body};\nvoid [readDir, readFile, tcp];\n${policy()}`;
    const error = await failure(build(source), 'FLUX_E_SDK_EVALUATE');
    assert.match(
      error.message,
      /the host cannot be called while the module is evaluated.*\n.*plugin\.ts:2:\d+/s,
    );
  }
});

test('a module that never ends its recursion is a failure of the build', async () => {
  const error = await failure(
    build(`const f = (): number => 1 + f();\nf();\n${policy()}`),
    'FLUX_E_SDK_EVALUATE',
  );
  assert.match(error.message, /RangeError: Maximum call stack size exceeded/);
});

test('await at the top of a module is refused with its place', async () => {
  const error = await failure(build(`await Promise.resolve();\n${policy()}`), 'FLUX_E_SDK_SOURCE');
  assert.match(error.message, /^plugin\.ts:1:1: Top-level await/);
});

test('an engine that is not the one of this SDK is refused', () => {
  const file = (name: string) => readFileSync(fileURLToPath(new URL(`../engine/${name}`, import.meta.url)));
  const checksum = file('engine.wasm.sha256').toString();
  checkEngine(file('engine.wasm'), checksum);
  const changed = Uint8Array.from(file('engine.wasm'), (byte, index) => (index === 5000 ? byte ^ 1 : byte));
  assert.throws(
    () => checkEngine(changed, checksum),
    (error: unknown) =>
      error instanceof BuildError && error.code === 'FLUX_E_SDK_ENGINE' && /expected is/.test(error.message),
  );
});

test.run();
