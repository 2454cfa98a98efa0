import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { load } from 'js-yaml';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toYaml } from '../../output/yaml.ts';
import { tarOf, zipOf } from '../../testing/archives.ts';
import { type FluxResult, flux } from '../../testing/flux.ts';
import { here } from './resolve.ts';

const files = new Map<string, Buffer>();
let failures = 0;
const server = createServer((request, response) => {
  const content = files.get((request.url ?? '').slice(1));
  if (failures > 0) {
    failures -= 1;
    response.statusCode = 503;
    response.end();
    return;
  }
  response.statusCode = content ? 200 : 404;
  response.end(content);
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const home = mkdtempSync(join(tmpdir(), 'flux-native-'));
const folder = join(home, '.fluxcd', 'plugins');

test.before.each(() => {
  rmSync(join(home, '.fluxcd'), { recursive: true, force: true });
  files.clear();
});
test.after(() => {
  server.close();
  rmSync(home, { recursive: true });
});

function run(line: string): Promise<FluxResult> {
  const env = { HOME: home, PATH: process.env['PATH'] ?? '', FLUXCD_PLUGIN_CATALOG: base };
  return flux(line.split(' '), { env });
}

const script = (text: string): string => `#!/bin/sh\n${text}\n`;
const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

interface Published {
  readonly version: string;
  readonly file: string;
  readonly content: Buffer;
  readonly extractPath?: string;
  readonly checksum?: string;
}

/** Makes the catalog offer a plugin, newest version first. */
function publish(name: string, versions: readonly Published[], changes: object = {}): void {
  for (const { file, content } of versions) files.set(file, content);
  const manifest = {
    apiVersion: 'cli.fluxcd.io/v1beta1',
    kind: 'Plugin',
    name,
    description: `The ${name}`,
    bin: `flux-${name}`,
    versions: versions.map(({ version, file, content, extractPath, checksum = digestOf(content) }) => ({
      version,
      platforms: [
        { os: 'plan9', arch: 'mips', url: `${base}other`, checksum: 'sha256:0' },
        { ...here, url: `${base}${file}`, checksum, ...(extractPath && { extractPath }) },
      ],
    })),
    ...changes,
  };
  files.set(`${name}.yaml`, Buffer.from(toYaml(manifest)));
}

const program = script('echo "$0 got $*"');
const formats: readonly (readonly [string, Buffer, string?])[] = [
  ['op.zip', zipOf({ 'README.md': 'x', 'sub/flux-operator': program })],
  ['op.tar.gz', gzipSync(tarOf({ 'README.md': 'x', 'flux-operator': program }))],
  ['op.tgz', gzipSync(tarOf({ 'bin/flux-operator': 'no', 'deep/op': program })), 'deep/op'],
  ['op.tar', tarOf({ 'flux-operator': program })],
  ['packed', gzipSync(tarOf({ 'flux-operator': program }))],
  ['zipped', zipOf({ 'flux-operator': program })],
  ['program', Buffer.from(program)],
];

for (const [file, content, extractPath] of formats) {
  test(`a program that comes as ${file} is installed and run as a command`, async () => {
    publish('operator', [{ version: '1.2.0', file, content, ...(extractPath && { extractPath }) }]);
    const installed = await run('plugin install operator');
    assert.is(installed.code, 0, installed.err);
    assert.is(installed.err, '✔ installed operator v1.2.0\n');
    const at = join(folder, 'flux-operator');
    assert.is(statSync(at).mode & 0o777, 0o755);
    const { code, out } = await run('operator --some flag -n x');
    assert.is(code, 0);
    assert.is(out, `${at} got --some flag -n x\n`);
    assert.equal(readdirSync(folder).sort(), ['flux-operator', 'flux-operator.yaml']);
  });
}

test('the receipt says what was installed from where', async () => {
  const content = Buffer.from(program);
  publish('operator', [{ version: '1.2.0', file: 'program', content }]);
  await run('plugin install operator');
  const receipt = load(readFileSync(join(folder, 'flux-operator.yaml'), 'utf8'));
  const { installedAt, ...rest } = receipt as { installedAt: unknown };
  assert.match(String(installedAt), /^20\d\d-|^\w{3} /);
  assert.equal(rest, {
    name: 'operator',
    version: '1.2.0',
    platform: { ...here, url: `${base}program`, checksum: digestOf(content) },
  });
});

const two: readonly Published[] = [
  { version: '2.0.0', file: 'v2', content: Buffer.from(script('echo two')) },
  { version: '1.0.0', file: 'v1', content: Buffer.from(script('echo one')) },
];

test('the newest version, a named one or one by its digest is installed', async () => {
  publish('op', two);
  for (const [reference, expected] of [
    ['op', 'two'],
    ['op@1.0.0', 'one'],
    [`op@${digestOf(two[0]?.content ?? Buffer.alloc(0))}`, 'two'],
  ] as const) {
    assert.is((await run(`plugin install ${reference}`)).code, 0);
    assert.is((await run('op')).out, `${expected}\n`, reference);
  }
});

test('an update replaces what is older, and leaves alone what is new or was put there by hand', async () => {
  publish('op', two);
  await run('plugin install op@1.0.0');
  const updated = await run('plugin update');
  assert.is(updated.err, '✔ updated op v1.0.0 → v2.0.0\n');
  assert.is((await run('op')).out, 'two\n');
  assert.is((await run('plugin upgrade op')).err, '✔ op already up to date (v2.0.0)\n');
  writeFileSync(join(folder, 'flux-own'), program, { mode: 0o755 });
  assert.is((await run('plugin update own')).err, '⚠️ skipping own (manually installed)\n');
  assert.match((await run('plugin update nope')).err, '✗ plugin "nope" is not installed');
});

test('one plugin whose update fails does not keep the others from theirs', async () => {
  publish('aa', two);
  publish('bb', two);
  await run('plugin install aa@1.0.0');
  await run('plugin install bb@1.0.0');
  publish('aa', [{ version: '3.0.0', file: 'broken', content: Buffer.from('x'), checksum: 'sha256:0' }]);
  const { err } = await run('plugin update');
  assert.match(
    err,
    /^✗ error updating aa: checksum verification failed.*\n✔ updated bb v1\.0\.0 → v2\.0\.0\n$/s,
  );
  assert.is((await run('aa')).out, 'one\n');
});

test('plugins are listed with version and path, and uninstalled with their receipts', async () => {
  assert.is((await run('plugin list')).err, 'No plugins found\n');
  publish('op', two);
  await run('plugin install op');
  writeFileSync(join(folder, 'flux-own'), program, { mode: 0o755 });
  const { out } = await run('plugin ls');
  const cells = out.split('\n').map((line) => line.split('\t').map((cell) => cell.trim()));
  assert.equal(
    cells.slice(0, 3).map((row) => row.slice(0, 3)),
    [
      ['NAME', 'VERSION', 'PATH'],
      ['op', '2.0.0', join(folder, 'flux-op')],
      ['own', 'manual', join(folder, 'flux-own')],
    ],
  );
  assert.is((await run('plugin uninstall op')).err, '✔ uninstalled op\n');
  assert.equal(readdirSync(folder), ['flux-own']);
  assert.match((await run('plugin delete op')).err, '✗ plugin "op" is not installed');
  assert.match((await run('plugin uninstall ../../x')).err, 'is not installed');
});

test('the catalog is searched in names and descriptions, and says what is installed', async () => {
  publish('op', two);
  await run('plugin install op');
  const plugins = [
    { name: 'op', description: 'Looks after Flux', homepage: '', source: '', license: '' },
    { name: 'schema', description: 'Validates manifests', homepage: '', source: '', license: '' },
  ];
  files.set(
    'catalog.yaml',
    Buffer.from(toYaml({ apiVersion: 'cli.fluxcd.io/v1beta1', kind: 'PluginCatalog', plugins })),
  );
  const { out } = await run('plugin search');
  assert.match(
    out,
    /^NAME {2}\tDESCRIPTION {8}\tINSTALLED \nop {4}\tLooks after Flux {3}\t2\.0\.0 {4}\t\nschema\t/,
  );
  assert.not.match((await run('plugin search VALIDATES')).out, 'op ');
  assert.is((await run('plugin search nothing')).err, 'No plugins matching "nothing" found in catalog\n');
});

test('what is in the folder and no plugin is passed over, and built-in commands win', async () => {
  mkdirSync(join(folder, 'flux-folder'), { recursive: true });
  const put = (name: string, mode = 0o755) => {
    writeFileSync(join(folder, name), program);
    chmodSync(join(folder, name), mode);
  };
  for (const name of ['flux-get', 'flux-plugin', 'flux-help', 'flux-build', 'other', 'flux-', 'flux-good']) {
    put(name);
  }
  put('flux-readable', 0o644);
  symlinkSync('/nowhere', join(folder, 'flux-broken'));
  symlinkSync(join(folder, 'flux-good'), join(folder, 'flux-linked'));
  const names = (await run('plugin list')).out
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split('\t')[0]?.trim());
  assert.equal(names, ['good', 'linked']);
  assert.match((await run('get')).out, 'The get sub-commands print');
  assert.match((await run('build')).out, 'The build command is used to build flux resources');
});

test('plugins are in the help under a heading of their own, and have a help that leads to theirs', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'flux-operator'), program, { mode: 0o755 });
  const { out } = await run('--help');
  assert.match(
    out,
    /\nPlugin Commands:\n {2}operator {4}Runs the operator plugin\n\nAdditional Commands:\n {2}build /,
  );
  assert.match((await run('help operator')).out, "Use 'flux operator --help' for full plugin help.");
  assert.match((await run('operator --help')).out, 'got --help\n');
  assert.match((await run('oprator')).err, 'Did you mean this?\n\toperator');
});

test('a shell is offered the plugins, and what a plugin itself offers', async () => {
  mkdirSync(folder, { recursive: true });
  const offers = script('printf "%s\\tabout\\nlast\\n:2\\n" "$*"');
  writeFileSync(join(folder, 'flux-operator'), offers, { mode: 0o755 });
  writeFileSync(join(folder, 'flux-sick'), script('exit 3'), { mode: 0o755 });
  assert.match((await run('__complete op')).out, 'operator\tRuns the operator plugin\n:4\n');
  assert.is((await run('__complete operator get x')).out, '__complete get x\tabout\nlast\n:2\n');
  assert.is((await run('__complete sick x')).out, ':1\n');
  assert.is((await run('__complete plugin uninstall op')).out, 'operator\n:4\n');
});

test('FLUXCD_PLUGINS names another folder, which has to be there', async () => {
  publish('op', two);
  const own = join(home, 'mine');
  const env = { HOME: home, FLUXCD_PLUGINS: own, FLUXCD_PLUGIN_CATALOG: base };
  const missing = await flux(['plugin', 'install', 'op'], { env });
  assert.is(missing.code, 1);
  assert.match(missing.err, '✗ ENOENT');
  mkdirSync(own);
  assert.is((await flux(['plugin', 'install', 'op'], { env })).code, 0);
  assert.ok(existsSync(join(own, 'flux-op')) && !existsSync(folder));
  rmSync(own, { recursive: true });
});

test('a catalog that stumbles is asked again', async () => {
  publish('op', two);
  failures = 2;
  assert.is((await run('plugin install op')).code, 0);
  assert.is(failures, 0);
});

const faults: readonly (readonly [string, () => void, string])[] = [
  ['is not in the catalog', () => {}, '✗ plugin "op" not found in catalog'],
  [
    'has another digest than the catalog says',
    () =>
      publish('op', [
        { version: '1', file: 'f', content: Buffer.from('x'), checksum: `sha256:${'0'.repeat(64)}` },
      ]),
    '✗ checksum verification failed (expected: sha256:000',
  ],
  [
    'is not in its archive',
    () => publish('op', [{ version: '1', file: 'f.tar', content: tarOf({ other: 'x' }) }]),
    '✗ binary "flux-op" not found in archive',
  ],
  [
    'is a path that leads out of its archive',
    () => publish('op', [{ version: '1', file: 'f.zip', content: zipOf({ '../flux-op': 'x' }) }]),
    '✗ binary "flux-op" not found in archive',
  ],
  [
    'comes in a cut-off archive',
    () =>
      publish('op', [{ version: '1', file: 'f.zip', content: zipOf({ 'flux-op': 'x' }).subarray(0, 40) }]),
    '✗ it is no ZIP archive, or cut off',
  ],
  [
    'has a bin that leads elsewhere',
    () => publish('op', two, { bin: '../flux-op' }),
    '✗ plugin "op" has invalid bin "../flux-op" (must be a plain filename prefixed with "flux-")',
  ],
  [
    'has a name that leads elsewhere',
    () => publish('op', two, { name: '../../x' }),
    '✗ plugin "op" has invalid name "../../x"',
  ],
  [
    'is of another kind',
    () => publish('op', two, { kind: 'PluginCatalog' }),
    '✗ plugin "op" has unexpected kind "PluginCatalog" (expected "Plugin")',
  ],
  [
    'is of another version of the catalog',
    () => publish('op', two, { apiVersion: 'cli.fluxcd.io/v2' }),
    '✗ plugin "op" has unsupported apiVersion "cli.fluxcd.io/v2" (expected "cli.fluxcd.io/v1beta1")',
  ],
  ['has no versions', () => publish('op', []), '✗ plugin "op" has no versions'],
  [
    'is not described',
    () => files.set('op.yaml', Buffer.from('kind: Plugin')),
    '✗ failed to parse plugin manifest for "op"',
  ],
  [
    'is not for this machine',
    () => publish('op', [], { versions: [{ version: '1', platforms: [] }] }),
    `✗ plugin "op" v1 has no binary for ${here.os}/${here.arch}`,
  ],
];

for (const [what, stage, message] of faults) {
  test(`a plugin that ${what} is not installed`, async () => {
    stage();
    const { code, err } = await run('plugin install op');
    assert.is(code, 1);
    assert.ok(err.startsWith(message), err);
    assert.equal(existsSync(folder) ? readdirSync(folder) : [], []);
  });
}

test('the program itself ends with the exit code of the plugin, and streams go through', () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'flux-echo'), script('read line; echo "in: $line"; echo bad >&2; exit 7'), {
    mode: 0o755,
  });
  const main = join(import.meta.dirname, '..', '..', 'main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'echo'], {
    encoding: 'utf8',
    input: 'hello\n',
    env: { ...process.env, HOME: home },
  });
  assert.is(status, 7);
  assert.is(stdout, 'in: hello\n');
  assert.is(stderr, 'bad\n');
});

test.run();
