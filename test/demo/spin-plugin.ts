import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contractVersion } from '@flux-host/sdk/contract/manifest.ts';
import { embedManifest } from '@flux-host/sdk/module/manifest.ts';

const text = new TextEncoder();

/** A section of a WebAssembly module; everything in here is short enough for one-byte lengths. */
function section(id: number, ...body: number[]): number[] {
  return [id, body.length, ...body];
}

function name(value: string): number[] {
  return [value.length, ...text.encode(value)];
}

/** `(module (memory (export "memory") 1) (func (export "build") (result i32) (loop br 0) i32.const 0))` */
const endlessLoop = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, 1, 0x60, 0, 1, 0x7f),
  ...section(3, 1, 0),
  ...section(5, 1, 0x00, 1),
  ...section(7, 2, ...name('memory'), 0x02, 0, ...name('build'), 0x00, 0),
  ...section(10, 1, 9, 0x00, 0x03, 0x40, 0x0c, 0x00, 0x0b, 0x41, 0x00, 0x0b),
]);

/** Writes a builder plugin that never returns into a folder of its own. */
export async function writeSpinPlugin(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const module = embedManifest(endlessLoop, {
    contract: contractVersion,
    name: 'spin',
    version: '1.0.0',
    description: 'Builds nothing, for ever: what a broken plugin looks like',
    provides: [{ kind: 'builder', type: 'spin' }],
    requests: { timeout: '2s' },
  });
  await writeFile(join(dir, 'spin.wasm'), module);
}
