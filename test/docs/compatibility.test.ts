import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { GitRepository } from '@flux-host/crds/index.ts';
import { flags } from '@flux-host/host/config/flags.ts';
import { checkSupported as checkGitRepository } from '@flux-host/host/reconcile/git-repository/supported.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refusedFields } from '../../docs/tables/fields.ts';
import { ownFlags } from '../../docs/tables/flags.ts';
import { pages, root } from './sources.ts';

/** A value for every field of a schema but the refused ones. */
function sample(schema: unknown, refused: ReadonlySet<string>, path = ''): unknown {
  if (!isRecord(schema)) return undefined;
  const { properties, items, enum: words, type } = schema;
  if (Array.isArray(words)) return words[0];
  if (isRecord(properties)) {
    const fields = Object.entries(properties).filter(([name]) => !refused.has(`${path}.${name}`));
    return Object.fromEntries(
      fields.map(([name, below]) => [name, sample(below, refused, `${path}.${name}`)]),
    );
  }
  if (items) return [sample(items, refused, `${path}[]`)];
  return type === 'boolean' ? true : type === 'integer' ? 1 : type === 'object' ? {} : 'x';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const all = (kind: string) => new Set(Object.keys(refusedFields[kind] ?? {}));

const repository = (more: object): GitRepository => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'a', namespace: 'b', generation: 1 },
  spec: { ...Object(sample(GitRepository.spec, all('GitRepository'))), ...more },
});

/** The refused fields as a user would set them. */
const uses: Readonly<Record<string, Readonly<Record<string, () => void>>>> = {
  GitRepository: {
    '.verify': () => checkGitRepository(repository({ verify: { mode: 'HEAD', secretRef: { name: 'k' } } })),
    '.serviceAccountName': () =>
      checkGitRepository(repository({ provider: 'aws', serviceAccountName: 'git' })),
  },
};

for (const [kind, fields] of Object.entries(refusedFields)) {
  for (const path of Object.keys(fields)) {
    test(`${kind} spec${path} is refused, as the page says`, () => {
      const use = uses[kind]?.[path];
      assert.ok(use, 'say in this test how a user would set it');
      assert.throws(use, /not available in this version/);
    });
  }
}

test('no other field is refused', () => {
  checkGitRepository(repository({}));
});

test('the flags that are listed as additions exist', () => {
  const names = Object.keys(flags);
  assert.equal(
    ownFlags.filter((name) => !names.includes(name)),
    [],
  );
});

test('the tables of the pages are those of the code', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'docs', 'generate.ts'), '--check'], {
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
});

test('every block that is marked as generated has content', () => {
  const texts = [...pages().values()].join('\n');
  const blocks = [...texts.matchAll(/<!-- generated: ([^>]+?) -->\n([\s\S]*?)<!-- end -->/g)];
  assert.ok(blocks.length > 8, `${blocks.length} blocks`);
  for (const [, name, text = ''] of blocks) {
    const lines = text.split('\n').filter((line) => /^[|{} ]/.test(line));
    assert.ok(lines.length > 2, `${name} has ${lines.length} lines`);
  }
});

test.run();
