import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { documents } from './documents.ts';
import { objectsOf } from './objects-of.ts';
import { render } from './render.ts';

const object = (name: string, rest = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${rest}`;

async function names(stream: string): Promise<string[]> {
  return (await objectsOf(render(stream, null).chunks)).map(({ metadata }) => metadata.name);
}

test('a stream is split at lines of three dashes only', () => {
  assert.equal(
    [...documents('---\na: 1\n---\n---\n# ---\nb: |\n  ---\n  c\n--- \nd: 2')],
    ['a: 1\n', '# ---\nb: |\n  ---\n  c\n', 'd: 2'],
  );
  assert.equal([...documents('')], []);
});

test('lists become their items, what is no object is left out', async () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n`;
  const config = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: c}\n';
  const nameless = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: d}\n';
  assert.equal(await names([object('a'), list, config, nameless].join('---\n')), ['a', 'b']);
});

test('the digest is that of the YAML, so that it changes with a variable and only then', () => {
  const stream = `${object('a')}---\n${object('b', `data:\n  x: \${v}\n`)}`;
  const digest = (v: string) => render(stream, { variables: { v }, strict: true }).digest;
  assert.is(render(stream, null).digest, `sha256:${createHash('sha256').update(stream).digest('hex')}`);
  assert.is(digest('1'), digest('1'));
  assert.is.not(digest('1'), digest('2'));
});

test('many objects come in pieces, none of them lost', async () => {
  const stream = Array.from({ length: 2000 }, (_, i) =>
    object(`n${i}`, `data: {x: '${'y'.repeat(500)}'}\n`),
  ).join('---\n');
  const { chunks } = render(stream, null);
  assert.ok(chunks.length > 3);
  assert.ok(chunks.every((chunk) => chunk.byteLength < 512 * 1024));
  assert.is((await objectsOf(chunks)).length, 2000);
});

test('only the value disabled opts an object out', async () => {
  const annotated = (value: string) =>
    `apiVersion: v1\nkind: A\nmetadata:\n  name: $\{v}\n  labels:\n    kustomize.toolkit.fluxcd.io/substitute: ${value}\n`;
  const substitution = { variables: { v: 'x' }, strict: true };
  const result = render([annotated('disabled'), annotated('enabled')].join('---\n'), substitution);
  const found = await objectsOf(result.chunks);
  assert.equal(
    found.map(({ metadata }) => metadata.name),
    [`$\{v}`, 'x'],
  );
});

test('a bad variable name is only an error where there is something to substitute', () => {
  const substitution = { variables: { 'bad-name': '' }, strict: true };
  assert.equal(render('', substitution).chunks, []);
  assert.throws(() => render(object('a'), substitution), /'bad-name' var name is invalid, must match/);
});

test.run();
