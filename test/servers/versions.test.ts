import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.mod'),
);
/** A line of `require`, alone or in a block. */
const requirement =
  /^\s*(?:require )?(?<name>[\w./~-]+\.[\w./~-]+) (?<version>v[\w.+-]+)(?: \/\/ indirect)?$/gm;

test('libraries that several tools need have one version, so that they are compiled once', () => {
  const versions = new Map<string, Map<string, string[]>>();
  for (const file of files) {
    for (const { groups } of readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(requirement)) {
      const { name = '', version = '' } = groups ?? {};
      const of = versions.get(name) ?? new Map<string, string[]>();
      versions.set(name, of.set(version, [...(of.get(version) ?? []), file]));
    }
  }
  assert.ok(versions.size > 500, 'the files were read');
  const apart = [...versions].filter(([, of]) => of.size > 1);
  assert.equal(
    apart.map(([name, of]) => `${name}: ${JSON.stringify(Object.fromEntries(of))}`),
    [],
  );
});

test.run();
