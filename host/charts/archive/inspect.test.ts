import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tarHeader } from '../../artifacts/tar-header.ts';
import { rejectionOf } from '../../errors/testing.ts';
import { inspectArchive } from './inspect.ts';
import type { ChartMetadata } from './metadata.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-host-chart-'));
test.after(() => rmSync(dir, { recursive: true }));

type Files = Readonly<Record<string, string | Buffer>>;
const limits = { chartBytes: 10_000_000, fileBytes: 100_000 };
const chartYaml = 'apiVersion: v2\nname: app\nversion: 1.2.3\n';

function tar(files: Files): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
    return [
      tarHeader({ name: Buffer.from(name), mode: 0o644, size: bytes.length, type: 'file' }),
      bytes,
      padding,
    ];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function inspect(archive: Buffer, most = limits): Promise<ChartMetadata> {
  writeFileSync(join(dir, 'chart.tgz'), archive);
  return inspectArchive(join(dir, 'chart.tgz'), most);
}
const inspectFiles = (files: Files, most = limits) => inspect(gzipSync(tar(files)), most);
const messageOf = async (work: Promise<unknown>) => (await rejectionOf(work)).message;

test('name, version and dependencies are read, those of old charts too', async () => {
  const found = await inspectFiles({
    'app/Chart.yaml': `\ufeff${chartYaml}`,
    'app/requirements.yaml': 'dependencies:\n- {name: db, version: 1.x, repository: "https://example.com"}\n',
    'app/charts/db/Chart.yaml': 'name: other\nversion: 9.9.9\n',
  });
  assert.equal([found.name, found.version], ['app', '1.2.3']);
  assert.equal(
    found.dependencies.map(({ name }) => name),
    ['db'],
  );
});

test('what is no chart is refused with what is wrong', async () => {
  const wrong: [Files, RegExp][] = [
    [{ 'app/values.yaml': 'a: b' }, /no 'Chart\.yaml' found/],
    [{ 'app/Chart.yaml': 'a: [' }, /cannot load 'Chart\.yaml'/],
    [{ 'app/Chart.yaml': '- a' }, /cannot load 'Chart\.yaml': it is not a map/],
    [{ 'app/Chart.yaml': 'version: 1.0.0' }, /chart\.metadata\.name is required/],
    [{ 'app/Chart.yaml': 'name: ../app\nversion: 1.0.0' }, /chart\.metadata\.name "\.\.\/app" is invalid/],
    [{ 'app/Chart.yaml': 'name: app' }, /chart\.metadata\.version is required/],
    [{ 'app/Chart.yaml': 'name: app\nversion: new' }, /chart\.metadata\.version "new" is invalid/],
    [{ 'app/Chart.yaml': `${chartYaml}type: other` }, /type must be application or library/],
    [
      { 'app/Chart.yaml': `${chartYaml}dependencies: [{name: a}, {name: b, alias: a}]` },
      /more than one dependency with name or alias "a"/,
    ],
  ];
  for (const [files, message] of wrong) assert.match(await messageOf(inspectFiles(files)), message);
});

test('names that lead out of the chart are refused as Helm does', async () => {
  const bad: [string, RegExp][] = [
    ['app/../../etc/passwd', /illegally references parent directory/],
    ['app//etc/passwd', /illegally contains absolute paths/],
    ['README.md', /content outside the base directory/],
    ['app\\..\\..\\x', /illegally references parent directory/],
    ['app/c:/windows', /illegally named files/],
  ];
  for (const [name, message] of bad) {
    const files = { 'app/Chart.yaml': chartYaml, [name]: 'x' };
    assert.match(await messageOf(inspectFiles(files)), message, name);
  }
});

test('an archive that is cut off, damaged or none is refused', async () => {
  const good = gzipSync(tar({ 'app/Chart.yaml': chartYaml, 'app/a': Buffer.alloc(50_000, 'abc') }));
  assert.match(await messageOf(inspect(good.subarray(0, good.length - 20))), /truncated/);
  assert.match(await messageOf(inspect(Buffer.from('<html>not found</html>'))), /no gzip-compressed archive/);
  const damaged = Buffer.from(good);
  damaged.fill(0xff, 20, 60);
  assert.match(await messageOf(inspect(damaged)), /damaged/);
  assert.match(await messageOf(inspect(gzipSync(Buffer.from('hello')))), /unexpected end of archive|damaged/);
});

test('limits hold for the archive, each file in it, and what it becomes', async () => {
  const files = { 'app/Chart.yaml': chartYaml, 'app/big': Buffer.alloc(200_000) };
  assert.match(
    await messageOf(inspectFiles(files)),
    /file "big" is larger than the maximum file size 100000/,
  );
  assert.match(
    await messageOf(inspectFiles({ 'app/Chart.yaml': chartYaml }, { ...limits, chartBytes: 100 })),
    /size of chart exceeds '100' bytes limit/,
  );
  const many = Object.fromEntries(
    Array.from({ length: 1100 }, (_, index) => [`app/f${index}`, Buffer.alloc(100_000)]),
  );
  const bomb = gzipSync(tar({ 'app/Chart.yaml': chartYaml, ...many }));
  assert.ok(bomb.length < 300_000, 'it looks small');
  assert.match(await messageOf(inspect(bomb)), /decompressed chart is larger than the maximum size/);
});

test.run();
