import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrdFacts, factsOf } from './crds/facts.ts';

const crdFile = join(
  import.meta.dirname,
  '..',
  '..',
  'crds',
  'generated',
  'kustomize.toolkit.fluxcd.io_kustomizations.yaml',
);

/** Facts as Flux's own CRD would give them: ours without our addition. */
function fluxFacts(): CrdFacts {
  const facts = factsOf(load(readFileSync(crdFile, 'utf8')));
  const versions = facts.versions.map((version) => ({
    ...version,
    schema: Object.fromEntries(
      Object.entries(version.schema).filter(([path]) => !path.startsWith('.spec.builder')),
    ),
  }));
  return { ...facts, versions };
}

/** The same facts with those of one path changed. */
function changed(path: string, change: Record<string, unknown> | undefined): CrdFacts {
  const facts = fluxFacts();
  const versions = facts.versions.map((version) => {
    const { [path]: before, ...others } = version.schema;
    return { ...version, schema: change ? { ...others, [path]: { ...before, ...change } } : others };
  });
  return { ...facts, versions };
}

const test = suite<{ dir: string }>('conformance');

test.before.each((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'conformance-'));
});
test.after.each(({ dir }) => {
  rmSync(dir, { recursive: true });
});

function write(dir: string, asset: string, files: Record<string, unknown>): void {
  mkdirSync(join(dir, asset), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(dir, asset, name), JSON.stringify(content));
  }
}

function run(...args: string[]): { status: number | null; lines: string[]; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), ...args],
    {
      encoding: 'utf8',
    },
  );
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

test('a CRD like that of Flux passes, and our additions are named', ({ dir }) => {
  write(dir, '18-crds', { 'kustomizations.json': fluxFacts() });
  const { status, lines } = run(dir);
  assert.is(status, 0);
  assert.is(lines[0], '✔ 18-crds: 1 passed, 0 failed, 0 skipped');
  assert.ok(lines.some((line) => line.includes('Kustomization.spec.builder')));
  assert.is(lines.at(-1), '1 passed, 0 failed, 0 skipped');
});

const tampered: Record<string, [CrdFacts, string]> = {
  'another default': [
    changed('.spec.force', { default: true }),
    '.spec.force.default: expected true, got false',
  ],
  'another word in a list': [
    changed('.spec.deletionPolicy', { enum: ['Delete'] }),
    '.spec.deletionPolicy.enum: expected ["Delete"], got',
  ],
  'a field that we lack': [changed('.spec.extra', { type: 'string' }), '.spec.extra: missing'],
  'a field of ours that nobody declared': [
    changed('.spec.wait', undefined),
    '.spec.wait: not a field of Flux, and not declared',
  ],
  'another CEL rule': [
    changed('.spec.kubeConfig', { cel: ['true'] }),
    '.spec.kubeConfig.cel: expected ["true"]',
  ],
  'a declared addition that Flux has by now': [
    changed('.spec.builder', { type: 'object' }),
    '.spec.builder: declared as "new field", but it is not',
  ],
  'another printer column': [
    { ...fluxFacts(), versions: fluxFacts().versions.map((version) => ({ ...version, printerColumns: [] })) },
    '.printerColumns: expected []',
  ],
  'another scope': [{ ...fluxFacts(), scope: 'Cluster' }, '.scope: expected "Cluster", got "Namespaced"'],
  'a kind that we lack': [{ ...fluxFacts(), kind: 'Nothing' }, 'there is no CRD of Nothing'],
};

for (const [what, [facts, message]] of Object.entries(tampered)) {
  test(`${what} fails with the difference`, ({ dir }) => {
    write(dir, '18-crds', { 'kustomizations.json': facts });
    const { status, lines } = run(dir);
    assert.is(status, 1);
    assert.ok(
      lines.some((line) => line.trim().startsWith(message)),
      lines.join('\n'),
    );
    assert.is(lines.at(-1), '0 passed, 1 failed, 0 skipped');
  });
}

test('an asset without a runner is skipped with its files counted', ({ dir }) => {
  write(dir, '99-unheard-of', { 'a.json': {}, 'b.json': {}, 'README.md': {} });
  const { status, lines } = run(dir);
  assert.is(status, 0);
  assert.equal(lines, ['◎ 99-unheard-of: skipped, no runner yet (2 files)', '0 passed, 0 failed, 2 skipped']);
});

test('an asset that was asked for and is missing fails', ({ dir }) => {
  write(dir, '18-crds', { 'kustomizations.json': fluxFacts() });
  const { status, lines } = run(dir, '18-crds', '04-kustomize');
  assert.is(status, 1);
  assert.ok(lines.includes(`✗ 04-kustomize: there is no such folder in ${dir}`));
});

test('an asset with a runner but no cases fails', ({ dir }) => {
  write(dir, '18-crds', {});
  const { status, lines } = run(dir);
  assert.is(status, 1);
  assert.is(lines.at(-1), '0 passed, 1 failed, 0 skipped');
});

test('a case file that is not readable fails alone', ({ dir }) => {
  write(dir, '18-crds', { 'kustomizations.json': fluxFacts(), 'broken.json': [] });
  writeFileSync(join(dir, '18-crds', 'broken.json'), '{');
  assert.is(run(dir).lines.at(-1), '1 passed, 1 failed, 0 skipped');
});

test('a missing folder is said to be missing', ({ dir }) => {
  const { status, stderr } = run(join(dir, 'nowhere'));
  assert.is(status, 2);
  assert.match(stderr, 'there is no folder');
});

test.run();
