import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { anchorsOf, pages, productSources, root, withoutCode } from './sources.ts';

const all = pages();
const anchors = new Map([...all].map(([name, text]) => [name, anchorsOf(text)]));

interface Link {
  readonly page: string;
  readonly anchor: string;
}

function linksOf(name: string, text: string): Link[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [page = '', anchor = ''] = target.split('#');
      return { page: page ? normalize(join(dirname(name), page)) : name, anchor };
    });
}

for (const [name, text] of all) {
  test(`every link of docs/${name} leads somewhere`, () => {
    const broken = linksOf(name, text).filter(({ page, anchor }) => {
      if (!existsSync(join(root, 'docs', page))) return true;
      return anchor !== '' && anchors.has(page) && !anchors.get(page)?.has(anchor);
    });
    assert.equal(broken, []);
  });
}

test('the index has every page', () => {
  const linked = new Set(linksOf('README.md', all.get('README.md') ?? '').map(({ page }) => page));
  const missing = [...all.keys()].filter((name) => name !== 'README.md' && !linked.has(name));
  assert.equal(missing, []);
});

test('pages that messages of the product name exist', () => {
  for (const [file, text] of productSources()) {
    for (const [page] of text.matchAll(/(?<![\w/.-])docs\/(?:[a-z-]+\/)?[a-zA-Z-]+\.md/g)) {
      assert.ok(existsSync(join(root, page)), `${file} names ${page}`);
    }
  }
});

test.run();
