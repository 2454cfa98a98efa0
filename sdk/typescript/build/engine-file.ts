import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { badEngine } from './errors.ts';

/** The engine that the SDK comes with. */
export interface Engine {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly module: WebAssembly.Module;
}

const file = (name: string) => fileURLToPath(new URL(`../engine/${name}`, import.meta.url));

function read(name: string): Buffer {
  try {
    return readFileSync(file(name));
  } catch (error) {
    throw badEngine(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Checks an engine against the line of a checksum file.
 * @throws BuildError FLUX_E_SDK_ENGINE
 */
export function checkEngine(bytes: Uint8Array, checksum: string): void {
  const [expected] = checksum.split(/\s/);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected) throw badEngine(`has the digest ${found}, expected is ${expected}`);
}

async function load(): Promise<Engine> {
  const bytes = Uint8Array.from(read('engine.wasm'));
  checkEngine(bytes, read('engine.wasm.sha256').toString('utf8'));
  return { bytes, module: await WebAssembly.compile(bytes) };
}

let engine: Promise<Engine> | null = null;

/**
 * Reads the engine and checks it against its digest, once in a process.
 * @throws BuildError FLUX_E_SDK_ENGINE
 */
export function loadEngine(): Promise<Engine> {
  engine ??= load();
  return engine;
}
