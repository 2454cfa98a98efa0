import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pages, productSources, withoutCode } from './sources.ts';

const page = pages().get('errors.md') ?? '';

/** Codes as string literals or property names; in comments `FLUX_E_X_…` may stand for a family. */
function codesIn(text: string): string[] {
  return [...text.matchAll(/['"`](FLUX_E_[A-Z0-9_]*[A-Z0-9])['"`]/g)].map((match) => match[1] ?? '');
}

const thrown = new Map<string, string>();
for (const [file, text] of productSources()) for (const code of codesIn(text)) thrown.set(code, file);

/** Heading → the text below it. */
const described = new Map(
  [...page.matchAll(/^### (\S+)\n([\s\S]*?)(?=^##|$(?![\s\S]))/gm)].map((match) => [
    match[1] ?? '',
    (match[2] ?? '').trim(),
  ]),
);

test('the sources are read: there are codes of every area', () => {
  for (const code of ['FLUX_E_FLAG', 'FLUX_E_CLI_USAGE', 'FLUX_E_LOCAL_USAGE', 'FLUX_E_EGRESS_TLS']) {
    assert.ok(thrown.has(code), `${code} is in no source`);
  }
});

test('every code has a section, so that a link to it leads somewhere', () => {
  const missing = [...thrown].filter(([code]) => !described.has(code));
  assert.equal(missing, [], 'thrown, and not in docs/errors.md');
});

test('every section is about a code that exists', () => {
  const stale = [...described.keys()].filter((code) => !thrown.has(code));
  assert.equal(stale, [], 'in docs/errors.md, and thrown nowhere');
});

test('every section says something', () => {
  const empty = [...described].filter(([, text]) => text.length < 20).map(([code]) => code);
  assert.equal(empty, []);
});

test('no code is described twice', () => {
  const headings = [...withoutCode(page).matchAll(/^### (\S+)$/gm)].map((match) => match[1]);
  assert.is(new Set(headings).size, headings.length);
});

test('other pages name only codes that exist', () => {
  for (const [name, text] of pages()) {
    const codes = [...text.matchAll(/FLUX_E_[A-Z0-9_]*[A-Z0-9](?![A-Z0-9_…])/g)].map(([code]) => code);
    const unknown = codes.filter((code) => !thrown.has(code));
    assert.equal(unknown, [], `in docs/${name}`);
  }
});

test.run();
