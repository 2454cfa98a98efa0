import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { additions } from './additions.ts';
import { toCustomResourceDefinition } from './crd.ts';
import { kindNamed, kinds } from './index.ts';
import { resourcePath } from './kind.ts';
import * as t from './schema.ts';
import { type StructuralSchema, toStructural } from './structural.ts';

/** Paths of the fields that say nothing about themselves. */
function* undescribed(schema: StructuralSchema, path: string): Generator<string> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (!child.description && `${path}.${name}` !== '.metadata') yield `${path}.${name}`;
    yield* undescribed(child, `${path}.${name}`);
  }
  if (schema.items) yield* undescribed(schema.items, `${path}[]`);
  if (schema.additionalProperties) yield* undescribed(schema.additionalProperties, `${path}{}`);
}

function schemaOf(name: string): StructuralSchema {
  const kind = kindNamed(name);
  const version = kind && toCustomResourceDefinition(kind).spec.versions[0];
  if (!version) throw new Error(`no kind ${name}`);
  return version.schema.openAPIV3Schema;
}

function fieldAt(schema: StructuralSchema, path: string): StructuralSchema | undefined {
  return path
    .split('.')
    .slice(1)
    .reduce<StructuralSchema | undefined>((at, name) => at?.properties?.[name], schema);
}

for (const { kind } of kinds) {
  test(`kubectl explain tells something about every field of ${kind}`, () => {
    assert.equal([...undescribed(schemaOf(kind), '')], []);
  });
}

for (const { kind, path } of additions) {
  test(`our addition ${kind}${path} does not have to be used or changes no type`, () => {
    const parent = path.slice(0, path.lastIndexOf('.'));
    const field = fieldAt(schemaOf(kind), path);
    assert.ok(field, `${kind} has no ${path}`);
    const required = fieldAt(schemaOf(kind), parent)?.required ?? [];
    assert.ok(!required.includes(path.slice(parent.length + 1)) || field.type === 'string');
  });
}

test('a kind is found by any of its names', () => {
  for (const name of ['GitRepository', 'gitrepositories', 'gitrepository', 'gitrepo']) {
    assert.is(kindNamed(name)?.kind, 'GitRepository');
  }
  assert.is(kindNamed('ks')?.kind, 'Kustomization');
  assert.is(kindNamed('pod'), undefined);
});

test('no two kinds share a name', () => {
  const names = kinds.flatMap(({ singular, plural, shortNames }) => [singular, plural, ...shortNames]);
  assert.is(new Set(names).size, names.length);
});

test('resource paths are those of the API server', () => {
  const [git, plugin] = [kindNamed('GitRepository'), kindNamed('Plugin')];
  assert.ok(git && plugin);
  assert.is(resourcePath(git), '/apis/source.toolkit.fluxcd.io/v1/gitrepositories');
  assert.is(
    resourcePath(git, { namespace: 'apps', name: 'web' }),
    '/apis/source.toolkit.fluxcd.io/v1/namespaces/apps/gitrepositories/web',
  );
  assert.is(
    resourcePath(plugin, { namespace: 'apps', name: 'jsonnet' }),
    '/apis/plugin.extensions.fluxcd.io/v1alpha1/plugins/jsonnet',
  );
});

test('a constraint that a CRD cannot express is refused instead of lost', () => {
  const schema = t.object('x', { even: { ...t.integer('x'), multipleOf: 2 } });
  assert.throws(() => toStructural(schema), '.even: "multipleOf" cannot be expressed');
});

test('generate --check names a file that is out of date, and one that nobody needs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'crds-'));
  try {
    cpSync(import.meta.dirname, join(dir, 'crds'), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(dir, 'node_modules'));
    const check = () =>
      spawnSync(process.execPath, [join(dir, 'crds', 'generate.ts'), '--check'], { encoding: 'utf8' });
    assert.is(check().status, 0, check().stderr);
    writeFileSync(join(dir, 'crds', 'generated', 'source.toolkit.fluxcd.io_buckets.yaml'), 'changed');
    writeFileSync(join(dir, 'crds', 'generated', 'left.over_things.yaml'), 'old');
    const { status, stderr } = check();
    assert.is(status, 1);
    assert.match(stderr, 'source.toolkit.fluxcd.io_buckets.yaml is out of date');
    assert.match(stderr, 'left.over_things.yaml belongs to no kind');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test.run();
