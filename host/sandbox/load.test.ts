import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedManifest, readManifest } from '@flux-host/sdk/module/manifest.ts';
import { assemble, customSection, sections } from '@flux-host/sdk/module/sections.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSandbox } from './sandbox.ts';
import { assembleText, manifest, textPlugin } from './testing/modules.ts';
import { rejection } from './testing/rejects.ts';

const sandbox = createSandbox();
const wasmWithoutManifest = await assembleText('(module (memory (export "memory") 1))');
const refused = (bytes: Uint8Array, code: string) => rejection(sandbox.load(bytes), code);

test.after(() => sandbox.close());

test('a plugin is loaded with its manifest, exports and the digest of its bytes', async () => {
  const bytes = await textPlugin('');
  const plugin = await sandbox.load(bytes);
  assert.is(plugin.manifest.name, 'probe');
  assert.equal(plugin.exports, ['build']);
  assert.match(plugin.digest, /^sha256:[0-9a-f]{64}$/);
  assert.is(plugin.size, bytes.length);
});

/** The same module with so much content that it is loaded in a thread of its own. */
const large = (bytes: Uint8Array) =>
  assemble([...sections(bytes), customSection('padding', new Uint8Array(5 * 2 ** 20))]);

test('a large module that is given away is loaded beside the main thread, and like any other', async () => {
  const bytes = large(await textPlugin(''));
  const { length } = bytes;
  const here = await sandbox.load(bytes);
  const loading = sandbox.load(bytes, { giveAway: true, memoryBytes: 2 ** 17 });
  assert.is(bytes.length, 0, 'nothing of it stays behind');
  const plugin = await loading;
  assert.equal({ ...plugin, module: null }, { ...here, memoryBytes: 2 ** 17, module: null });
  assert.is(plugin.size, length);
  assert.ok(await sandbox.call({ plugin, export: 'build', input: {}, tenant: 'a' }));
});

test('what is wrong with a large module is told in the same words', async () => {
  const wrong = () => large(assemble(sections(wasmWithoutManifest)));
  const here = await refused(wrong(), 'FLUX_E_PLUGIN_MANIFEST');
  const there = await rejection(sandbox.load(wrong(), { giveAway: true }), 'FLUX_E_PLUGIN_MANIFEST');
  assert.equal([there.message, there.hint, there.terminal], [here.message, here.hint, here.terminal]);
});

test('a file that is no module is refused with what it starts with', async () => {
  const error = await refused(new TextEncoder().encode('<html>not found'), 'FLUX_E_PLUGIN_INVALID');
  assert.match(error.message, /not a WebAssembly module \(it starts with 3c 68 74 6d\)/);
  await refused(new Uint8Array(0), 'FLUX_E_PLUGIN_INVALID');
});

test('a module that was cut off is refused, wherever it was cut', async () => {
  const bytes = await textPlugin('');
  for (let length = 1; length < bytes.length; length += 1) {
    const error = await sandbox.load(bytes.slice(0, length)).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error, `${length} of ${bytes.length} bytes were accepted`);
    assert.match(
      String(error && typeof error === 'object' && 'code' in error && error.code),
      /^FLUX_E_PLUGIN_/,
    );
  }
});

test('a component is refused as such', async () => {
  const error = await refused(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), 'FLUX_E_PLUGIN_INVALID');
  assert.match(error.message, /components are not supported/);
});

test('a module with invalid code is refused with the place of the fault', async () => {
  const bytes = await textPlugin('(func (export "build") (result i32) i32.const 7)');
  const at = bytes.findIndex((byte, index) => byte === 0x41 && bytes[index + 1] === 7);
  const error = await refused(
    Uint8Array.from(bytes, (byte, index) => (index === at ? 0xff : byte)),
    'FLUX_E_PLUGIN_INVALID',
  );
  assert.match(error.message, /cannot be compiled: .*@\+\d+/);
});

test('a module without a manifest is refused', async () => {
  await refused(await assembleText('(module)'), 'FLUX_E_PLUGIN_MANIFEST');
});

test('a manifest with a wrong field is refused with the name of the field', async () => {
  const bytes = await assembleText('(module)');
  const wrong = JSON.stringify({ ...manifest(), name: 'Not A Name' });
  const section = customSection('flux.plugin.manifest', new TextEncoder().encode(wrong));
  const error = await refused(assemble([...sections(bytes), section]), 'FLUX_E_PLUGIN_MANIFEST');
  assert.match(error.message, /name must match pattern/);
});

test('two manifests in one module are refused: it would be unclear which one was granted', async () => {
  const bytes = await textPlugin('');
  const second = customSection('flux.plugin.manifest', new TextEncoder().encode(JSON.stringify(manifest())));
  await refused(assemble([...sections(bytes), second]), 'FLUX_E_PLUGIN_MANIFEST');
});

test('embedding a manifest again replaces it and leaves the code alone', async () => {
  const bytes = await textPlugin('');
  const changed = embedManifest(bytes, manifest({ version: '0.2.0' }));
  assert.is(readManifest(changed)?.version, '0.2.0');
  assert.equal(embedManifest(changed, manifest()), bytes);
});

test('an import that the host does not provide is refused at load, by its name', async () => {
  const error = await refused(
    await textPlugin('(import "env" "system" (func (param i32)))'),
    'FLUX_E_PLUGIN_ABI',
  );
  assert.match(error.message, /imports what this host does not provide: env\.system$/);
  await refused(await textPlugin('(import "extism:host/user" "flux_nope" (func))'), 'FLUX_E_PLUGIN_ABI');
});

test('an import that is no function is refused: a shared memory could not be bounded', async () => {
  const error = await refused(
    await textPlugin('(import "extism:host/env" "memory" (memory 1)) (export "memory" (memory 0))'),
    'FLUX_E_PLUGIN_ABI',
  );
  assert.match(error.message, /has no memory|\(memory\)/);
  await refused(await textPlugin('(import "extism:host/env" "alloc" (global i32))'), 'FLUX_E_PLUGIN_ABI');
});

test('a plugin that lacks an export of its kind is refused with the name of the export', async () => {
  const error = await refused(
    await textPlugin('', { provides: [{ kind: 'source', type: 'probe' }] }),
    'FLUX_E_PLUGIN_ABI',
  );
  assert.match(error.message, /provides the source "probe" but does not export resolve and fetch/);
});

test('memories that cannot be bounded are refused', async () => {
  for (const memory of ['(memory (export "memory") 1) (memory 1)', '(memory (export "memory") i64 1)']) {
    await refused(await textPlugin(memory), 'FLUX_E_PLUGIN_ABI');
  }
  await refused(await textPlugin('(memory (export "memory") 1 2 shared)'), 'FLUX_E_PLUGIN_ABI');
});

test('a plugin that starts with more memory than its limit is refused with both figures', async () => {
  const bytes = await textPlugin('(memory (export "memory") 32)', { requests: { memory: '1Mi' } });
  const error = await refused(bytes, 'FLUX_E_PLUGIN_MEMORY');
  assert.match(error.message, /needs 2Mi of memory to start, its limit is 1Mi/);
  assert.match(error.hint ?? '', /requests\.memory/);
});

test('the memory limit is the lowest of what the plugin, the administrator and the host say', async () => {
  const bytes = await textPlugin('', { requests: { memory: '8Mi' } });
  assert.is((await sandbox.load(bytes)).memoryBytes, 8 * 2 ** 20);
  assert.is((await sandbox.load(bytes, { memoryBytes: 4 * 2 ** 20 })).memoryBytes, 4 * 2 ** 20);
  const own = await textPlugin('(memory (export "memory") 1 3)', { requests: { memory: '8Mi' } });
  assert.is((await sandbox.load(own)).memoryBytes, 3 * 65_536);
});

const folder = mkdtempSync(join(tmpdir(), 'flux-host-load-'));
test.after(() => rmSync(folder, { recursive: true }));

/** Inspects a module as a file. */
function inspect(bytes: Uint8Array) {
  const file = join(folder, 'module.wasm');
  writeFileSync(file, bytes);
  return sandbox.inspect(file);
}

test('a file is known without compiling it: the same facts as of the loaded module', async () => {
  const bytes = await textPlugin('(table 1 funcref) (data (i32.const 0) "data")');
  const { module, ...facts } = await sandbox.load(bytes);
  assert.ok(module);
  assert.equal(await inspect(bytes), facts);
});

test('what is wrong with a file is said in the same words as when it is loaded', async () => {
  const whole = await textPlugin('');
  const cases = [
    new Uint8Array(0),
    new TextEncoder().encode('<html>not found'),
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0),
    await assembleText('(module)'),
    await textPlugin('(import "env" "system" (func (param i32)))'),
    await textPlugin('(import "extism:host/env" "alloc" (global i32))'),
    await textPlugin('', { provides: [{ kind: 'source', type: 'probe' }] }),
    await textPlugin('(memory (export "memory") 32)', { requests: { memory: '1Mi' } }),
    ...Array.from({ length: whole.length - 1 }, (_, length) => whole.slice(0, length + 1)),
  ];
  for (const bytes of cases) {
    const failure = (work: Promise<unknown>) =>
      work.then(
        () => 'accepted',
        (error: unknown) => String(error),
      );
    assert.is(await failure(inspect(bytes)), await failure(sandbox.load(bytes)), `${bytes.length} bytes`);
  }
});

test.run();
