import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejectionOf } from '../../errors/testing.ts';
import type { PackedIndex } from './packed.ts';
import { readIndex } from './read.ts';
import { IrregularIndex } from './types.ts';
import { createYamlReader } from './yaml-reader.ts';

const dir = mkdtempSync(join(tmpdir(), 'flux-host-index-'));
test.after(() => rmSync(dir, { recursive: true }));

const mebibyte = 2 ** 20;
const read = (text: string | Buffer, maxBytes = mebibyte): Promise<PackedIndex> => {
  writeFileSync(join(dir, 'index.yaml'), text);
  return readIndex(join(dir, 'index.yaml'), maxBytes);
};
const versions = (index: PackedIndex, name = 'app') =>
  index.versionsOf(name)?.map(({ version, url }) => `${version} ${url}`);
const messageOf = async (text: string, maxBytes?: number) =>
  (await rejectionOf(read(text, maxBytes))).message;

/** Whether it is read piece by piece, which is what keeps memory small. */
function isRegular(text: string): boolean {
  try {
    const reader = createYamlReader({ head() {}, chart() {}, version() {} });
    reader.push(text);
    reader.end();
    return true;
  } catch (error) {
    if (error instanceof IrregularIndex) return false;
    throw error;
  }
}

const byHelm = `apiVersion: v1
entries:
  app:
  - annotations:
      artifacthub.io/changes: |
        - kind: added
          version: 9.9.9

        - kind: fixed
      quoted: "it says
        version: 8.8.8"
    apiVersion: v2
    appVersion: 1.10
    created: "2026-01-02T00:00:00Z"
    dependencies:
    - name: db
      version: 7.7.7
    description: |-
      A chart.
        urls: none
    digest: abc
    name: app
    type: application
    urls:
    - https://example.com/app-1.10.tgz
    version: 1.10.0
  - name: app
    version: 1.9.0
    urls:
      - app-1.9.0.tgz
  # a comment
  empty: []
  "quoted.name":
    -   name: quoted.name
        version: 0.1.0
        urls: [charts/q.tgz]
generated: "2026-01-02T00:00:00Z"
`;

test('an index as helm writes it is read piece by piece', async () => {
  assert.ok(isRegular(byHelm));
  const index = await read(byHelm);
  assert.equal(versions(index), ['1.10.0 https://example.com/app-1.10.tgz', '1.9.0 app-1.9.0.tgz']);
  assert.equal(versions(index, 'quoted.name'), ['0.1.0 charts/q.tgz']);
  assert.equal(versions(index, 'empty'), []);
  assert.is(index.versionsOf('none'), undefined);
  assert.equal([index.charts, index.versions], [3, 3]);
});

test('line ends, a mark, comments and blank lines make no difference', async () => {
  const wanted = versions(await read(byHelm));
  for (const text of [
    byHelm.replaceAll('\n', '\r\n'),
    `\ufeff${byHelm}`,
    `---\n# written by hand\n\n${byHelm}`,
    byHelm.replace('generated: "2026-01-02T00:00:00Z"\n', ''),
    byHelm.trimEnd(),
    byHelm.replace(/^ {2}/gm, '    '),
  ]) {
    assert.ok(isRegular(text.replace(/^\ufeff/, '')), text.slice(0, 60));
    assert.equal(versions(await read(text)), wanted);
  }
});

test('what is written otherwise is read as a whole, and gives the same', async () => {
  for (const text of [
    'apiVersion: v1\nentries: {app: [{name: app, version: 1.0.0, urls: [a.tgz]}]}\n',
    'apiVersion: v1\nentries:\n  app: [{name: app, version: 1.0.0, urls: [a.tgz]}]\n',
    'apiVersion: v1\nentries:\n  app: &all\n  - &one\n    name: app\n    version: 1.0.0\n    urls: [a.tgz]\n',
    'apiVersion: v1\nx: &u [a.tgz]\nentries:\n  app:\n  - name: app\n    version: 1.0.0\n    urls: *u\n',
    'entries:\n  app:\n  - {name: app, version: 1.0.0, urls: [a.tgz]}\napiVersion: v1\n',
    '{apiVersion: v1, entries: {app: [{name: app, version: 1.0.0, urls: [a.tgz]}]}}\n',
    '{"apiVersion": "v1", entries: {app: [{name: app, version: 1.0.0, urls: [a.tgz]}]}}\n',
    '{"apiVersion": "v1", "entries": {"app": [{"name": "app", "version": "1.0.0", urls: [a.tgz]}]}}\n',
  ]) {
    // What stands on one line with `entries` is nothing for the reader of lines.
    if (!/^\{|entries: \{/m.test(text)) assert.not(isRegular(text), text);
    assert.equal(versions(await read(text)), ['1.0.0 a.tgz'], text);
  }
});

test('an index in JSON, as Flux stores it, gives the same, wherever it is cut into pieces', async () => {
  const entry = {
    name: 'app',
    version: '1.0.0',
    urls: ['a.tgz'],
    annotations: { a: '}]{["\\"', urls: ['no'] },
  };
  const json = {
    serverInfo: { a: [{}] },
    apiVersion: 'v1',
    entries: { app: [entry, { name: 'app', version: '2.0.0' }] },
  };
  for (const text of [
    JSON.stringify(json),
    JSON.stringify(json, undefined, 2),
    `\n ${JSON.stringify(json)}\n`,
  ])
    assert.equal(versions(await read(text)), ['1.0.0 a.tgz', '2.0.0 ']);
  const padded = JSON.stringify({ pad: 'x'.repeat(256 * 1024 - 120), ...json });
  assert.equal(versions(await read(padded)), ['1.0.0 a.tgz', '2.0.0 ']);
});

test('versions that Helm does not take are left out, and the others stay', async () => {
  const entries = [
    '{version: 1.0.0}',
    '{name: app}',
    '{name: app, version: newest}',
    '{name: ../app, version: 1.0.0}',
    '{name: app, version: 1.0.0, type: other}',
    'null',
    '{name: app, version: v1.2, urls: [a.tgz]}',
  ];
  const text = `apiVersion: v1\nentries:\n  app:\n${entries.map((each) => `  - ${each}\n`).join('')}`;
  assert.equal(versions(await read(text)), ['v1.2 a.tgz']);
});

test('what is no index is said', async () => {
  assert.match(await messageOf(''), 'empty index.yaml file');
  assert.match(await messageOf(' \n'), 'empty index.yaml file');
  assert.match(await messageOf('<!DOCTYPE html>\n<html lang="en"><p>not found: </p>\n'), /it is not/);
  assert.match(await messageOf('apiVersion: v1\nentries:\n  app:\n\t- name: app\n'), /it is not YAML/);
  assert.match(await messageOf('hello'), 'it is not the index of a chart repository');
  assert.match(await messageOf('entries: {}\n'), 'no API version specified');
  assert.match(await messageOf('{"entries": {}}'), 'no API version specified');
  assert.match(await messageOf('{"apiVersion": "v1", "entries": {"a": ['), /it is not YAML/);
  assert.match(await messageOf(byHelm.replace('  empty: []', '  app: []')), 'key "app" already set in map');
  assert.match(await messageOf(byHelm, 100), 'more than the 100 that are allowed');
});

test('aliases that would expand to gigabytes are refused', async () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let i = 0; i < 9; i++) {
    const [from, to] = [String.fromCharCode(97 + i), String.fromCharCode(98 + i)];
    bomb.push(
      `${to}: &${to} [*${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}]`,
    );
  }
  assert.match(await messageOf(`apiVersion: v1\n${bomb.join('\n')}\nentries: {app: *j}\n`), /it is not YAML/);
});

test.run();
