import { leb128, wasmReader } from './reader.ts';

/** One section of a module; `body` is a view of the module's bytes. */
export interface WasmSection {
  readonly id: number;
  readonly body: Uint8Array;
}

/** Numbers of the sections that the tools here look into. */
export const sectionId = {
  ...{ custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5 },
  ...{ export: 7, code: 10, data: 11, dataCount: 12 },
} as const;

const header = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
const encoder = new TextEncoder();

/**
 * Splits a module into its sections without looking into them.
 * @throws RangeError when the bytes are no WebAssembly module of version 1, or cut off; the message completes "the file …"
 */
export function sections(wasm: Uint8Array): WasmSection[] {
  if (wasm.length === 0) throw new RangeError('is empty');
  if (header.slice(0, 4).some((byte, index) => wasm[index] !== byte)) {
    throw new RangeError(`is not a WebAssembly module (it starts with ${hex(wasm.subarray(0, 4))})`);
  }
  if (header.some((byte, index) => wasm[index] !== byte)) {
    throw new RangeError('is not a core WebAssembly module of version 1 (components are not supported)');
  }
  const reader = wasmReader(wasm, header.length);
  const found: WasmSection[] = [];
  try {
    while (!reader.done) found.push({ id: reader.byte(), body: reader.bytes(reader.unsigned()) });
  } catch (error) {
    throw new RangeError('is cut off: the last section is incomplete', { cause: error });
  }
  return found;
}

/** Puts sections together into a module. */
export function assemble(parts: readonly WasmSection[]): Uint8Array<ArrayBuffer> {
  return concat([header, ...parts.flatMap(({ id, body }) => [Uint8Array.of(id), leb128(body.length), body])]);
}

/** Name and content of a custom section. */
export function custom(section: WasmSection): { name: string; content: Uint8Array } {
  const reader = wasmReader(section.body);
  const name = reader.name();
  return { name, content: section.body.subarray(reader.offset) };
}

/** A custom section; tools and engines ignore those that they do not know. */
export function customSection(name: string, content: Uint8Array): WasmSection {
  const label = encoder.encode(name);
  return { id: sectionId.custom, body: concat([leb128(label.length), label, content]) };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Joins byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
