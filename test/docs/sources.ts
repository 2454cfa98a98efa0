import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const product = ['host', 'cli', 'deploy', 'sdk', 'plugins'];
const skipped = new Set(['node_modules', 'test', 'testing', 'testdata', 'generated']);

/** Text of every TypeScript and Go file of the product that is not about testing, by path below the root. */
export function productSources(): Map<string, string> {
  const files = product.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const wanted = files.filter(
    (name) =>
      /\.(ts|go)$/.test(name) &&
      !/(\.test\.ts|_test\.go)$/.test(name) &&
      !name.split('/').some((part) => skipped.has(part)),
  );
  return new Map(wanted.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** Text of every page of the documentation by its path below `docs/`. */
export function pages(): Map<string, string> {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  return new Map(names.map((name) => [name, readFileSync(join(root, 'docs', name), 'utf8')]));
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(page: string): Set<string> {
  const headings = [...withoutCode(page).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

/** A page without its code blocks, whose lines are no Markdown. */
export function withoutCode(page: string): string {
  return page.replace(/^```[\s\S]*?^```$/gm, '');
}
