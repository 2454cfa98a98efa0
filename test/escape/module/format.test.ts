import { assembleText, manifest, textPlugin } from '@flux-host/host/sandbox/testing/modules.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';
import { leb128 } from '@flux-host/sdk/module/reader.ts';
import {
  assemble,
  concat,
  customSection,
  sections,
  type WasmSection,
} from '@flux-host/sdk/module/sections.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createJudge } from '../guest/judge.ts';

/** Modules that are broken, or want more than a host should give. More in host/sandbox/load.test.ts. */
const judge = createJudge();
test.after(() => judge.close());

const whole = await textPlugin(`
  (type $t (func (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (table 2 funcref) (elem (i32.const 0) $f $f) (global $g (mut i32) (i32.const 1))
  (func $f (param i32) (result i32) local.get 0)
  (memory (export "memory") 1) (data (i32.const 0) "data")`);

test('the module that the others are made of is a good one', async () => {
  assert.is(await judge.verdict(whole), undefined);
});

test('cut off at each end of a section, and around it, a module is refused', async () => {
  let at = 8;
  const cuts = sections(whole).flatMap((section) => {
    const begin = at;
    at += 1 + leb128(section.body.length).length + section.body.length;
    return [begin, begin + 1, begin + 2, at - 1];
  });
  for (const cut of new Set(cuts)) {
    const found = await judge.verdict(whole.subarray(0, cut));
    assert.match(
      found?.code ?? 'it was taken',
      /^FLUX_E_PLUGIN_(INVALID|MANIFEST|ABI)$/,
      `after ${cut} bytes`,
    );
  }
});

test('with any of its bytes turned over a module is refused or runs, and is never a crash', async () => {
  for (let at = 0; at < whole.length; at += 3) {
    const found = await judge.verdict(
      Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ 0xff : byte)),
    );
    assert.match(found?.code ?? 'FLUX_E_PLUGIN_', /^FLUX_E_PLUGIN_/, `byte ${at}`);
  }
});

test('with a section twice, in the wrong order or unknown it is refused', async () => {
  const parts = sections(whole);
  for (const { id } of parts.filter((part) => part.id !== 0)) {
    const twice = assemble(parts.flatMap((part) => (part.id === id ? [part, part] : [part])));
    assert.ok(await judge.verdict(twice), `section ${id} twice`);
  }
  assert.ok(await judge.verdict(assemble(parts.toReversed())), 'reversed');
  assert.ok(await judge.verdict(assemble([...parts, { id: 99, body: new Uint8Array(4) }])), 'unknown');
});

const embed = (bytes: Uint8Array) => embedManifest(bytes, manifest());
const section = (id: number, ...body: Uint8Array[]): WasmSection => ({ id, body: concat(body) });
const many = 2 ** 32 - 1;

/** Sections that promise more than they have. */
for (const [what, id] of Object.entries({
  types: 1,
  imports: 2,
  functions: 3,
  tables: 4,
  memories: 5,
  globals: 6,
  exports: 7,
  elements: 9,
  code: 10,
  data: 11,
})) {
  test(`four thousand million ${what} that are not there take no memory`, async () => {
    const parts = sections(whole).map((part) => (part.id === id ? section(id, leb128(many)) : part));
    const found = await judge.verdict(assemble(parts));
    assert.match(found?.code ?? 'it was taken', /^FLUX_E_PLUGIN_(INVALID|ABI)$/);
  });
}

test('a section that is longer than the file, by any way of writing numbers, is refused', async () => {
  const lengths = [
    leb128(many),
    leb128(2 ** 53),
    new Uint8Array(10).fill(0xff),
    Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x00),
  ];
  for (const length of lengths) {
    const module = concat([whole, Uint8Array.of(11), length]);
    assert.ok(await judge.verdict(module), String(length));
  }
});

const text = (body: string) => assembleText(`(module ${body})`).then(embed);
const build = '(func (export "build") (result i32) i32.const 0)';
const memory = '(memory (export "memory") 1)';

const unfit: Record<string, [make: () => Promise<Uint8Array>, why: RegExp]> = {
  'memory that is not exported': [() => text(`${build} (memory 1)`), /does not export its memory/],
  'no memory': [() => text(build), /has no memory|does not export its memory/],
  'another thing named memory': [
    () => text(`${build} (global (export "memory") i32 (i32.const 0)) (memory 1)`),
    /does not export its memory/,
  ],
  'two memories': [() => text(`${build} ${memory} (memory 1)`), /2 memories/],
  'shared memory': [() => text(`${build} (memory (export "memory") 1 2 shared)`), /shared memory/],
  'a 64-bit memory': [() => text(`${build} (memory (export "memory") i64 1)`), /64-bit memory/],
  'memory from outside': [
    () => text(`(import "env" "memory" (memory 1)) ${build}`),
    /has no memory|env\.memory|does not export/,
  ],
  'a table from outside': [
    () => text(`(import "env" "table" (table 1 funcref)) ${build} ${memory}`),
    /env\.table \(table\)/,
  ],
  'a global from outside': [
    () => text(`(import "env" "stack" (global i32)) ${build} ${memory}`),
    /env\.stack \(global\)/,
  ],
  'memory larger than any limit': [
    () => text(`${build} (memory (export "memory") 65536)`),
    /needs 4096Mi of memory to start/,
  ],
  'a table of a million entries': [
    () => text(`${build} ${memory} (table 1000000 funcref)`),
    /table of 1000000 entries/,
  ],
  'a table of things that are no functions': [
    () => text(`${build} ${memory} (table 1 externref)`),
    /other than functions/,
  ],
  'five tables': [() => text(`${build} ${memory} ${'(table 1 funcref)'.repeat(5)}`), /5 tables/],
  'a function of no host': [
    () => text(`(import "wasi_unstable" "fd_write" (func)) ${build} ${memory}`),
    /wasi_unstable\.fd_write/,
  ],
  'a function that is named like a property of objects': [
    () =>
      text(
        `(import "extism:host/user" "__proto__" (func)) (import "extism:host/user" "constructor" (func)) (import "constructor" "prototype" (func)) ${build} ${memory}`,
      ),
    /__proto__.*constructor\.prototype/,
  ],
  'the threads of WASI': [
    () => text(`(import "wasi" "thread-spawn" (func (param i32) (result i32))) ${build} ${memory}`),
    /wasi\.thread-spawn/,
  ],
  'sockets of another WASI': [
    () => text(`(import "wasi_snapshot_preview1" "sock_open" (func)) ${build} ${memory}`),
    /sock_open/,
  ],
  'an export that is no function': [
    () => text(`(global (export "build") i32 (i32.const 0)) ${memory}`),
    /does not export build/,
  ],
};

for (const [what, [make, why]] of Object.entries(unfit)) {
  test(`a module with ${what} is refused`, async () => {
    const found = await judge.verdict(await make());
    assert.match(found?.message ?? 'it was taken', why);
  });
}

test('types of the garbage-collection proposal, which no limit holds for, are refused', async () => {
  const struct = section(1, Uint8Array.of(1, 0x5f, 1, 0x7f, 0));
  const parts = sections(whole).map((part) => (part.id === 1 ? struct : part));
  const found = await judge.verdict(assemble(parts));
  assert.match(found?.message ?? 'it was taken', /garbage-collection/);
});

test('a file larger than the host takes is refused before it is read', async () => {
  const found = await judge.verdict(
    assemble([...sections(whole), customSection('padding', new Uint8Array(128 * 2 ** 20))]),
  );
  assert.match(found?.message ?? 'it was taken', /at most 134217728 are allowed/);
});

test('a megabyte of functions, and data beyond the memory, are no trouble at load', async () => {
  const count = 20_000;
  const functions = await text(`${memory} ${build} ${'(func)'.repeat(count)}`);
  assert.is(await judge.verdict(functions), undefined);
  const data = await text(`${memory} ${build} (data (i32.const 0x7fffffff) "beyond")`);
  assert.is(await judge.verdict(data), undefined);
});

test.run();
