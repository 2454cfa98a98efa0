import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { flags } from '@flux-host/host/config/flags.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownFlags } from '../../docs/tables/flags.ts';
import { pages, root } from './sources.ts';

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
