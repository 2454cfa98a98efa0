import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileEngine } from './compile.ts';

const here = dirname(fileURLToPath(import.meta.url));
const read = (name: string) => readFileSync(join(here, name));

const cargo = spawnSync('cargo', ['--version']).status === 0;
if (!cargo)
  process.stdout.write("skipped: Cargo is not installed, which QuickJS's sources are fetched with\n");

(cargo ? test : test.skip)(
  'the engine that is committed is byte for byte what its sources give',
  async () => {
    const built = await compileEngine(join(here, 'src'), () => {});
    const same = Buffer.compare(built, read('engine.wasm')) === 0;
    assert.ok(same, 'run node sdk/typescript/engine/build.ts and commit engine.wasm and engine.wasm.sha256');
  },
);

test('the licences of what is in the engine are beside it', () => {
  const notice = read('NOTICE').toString();
  const { 1: version = '' } =
    /rquickjs-sys = \{ version = "=([^"]+)"/.exec(read('quickjs/Cargo.toml').toString()) ?? [];
  assert.ok(notice.includes(`rquickjs-sys ${version}`), version);
  assert.match(notice, /Permission is hereby granted, free of charge/);
});

test.run();
