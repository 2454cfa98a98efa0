import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mergeDataSegments } from './wizer.ts';

/** A module with a page of memory and the given segments, in text's order. */
function moduleWith(segments: readonly (readonly [offset: number, text: string])[]): Uint8Array<ArrayBuffer> {
  const data = segments.flatMap(([offset, text]) => [
    0,
    0x41,
    ...signed(offset),
    0x0b,
    text.length,
    ...Buffer.from(text),
  ]);
  const body = [segments.length, ...data];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[5, 3, 1, 0, 1],
    ...[7, 5, 1, 1, 0x6d, 2, 0],
    ...[11, body.length, ...body],
  ]);
}

/** Signed LEB128 in two bytes. */
function signed(value: number): number[] {
  return [(value & 127) | 128, (value >> 7) & 127];
}

function memoryOf(wasm: Uint8Array<ArrayBuffer>): Uint8Array {
  const { m } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
  if (!(m instanceof WebAssembly.Memory)) throw new Error('no memory');
  return new Uint8Array(m.buffer);
}

test('merged segments leave the same memory, in fewer segments', () => {
  const wasm = moduleWith([
    [4000, 'far'],
    [8, 'abc'],
    [11, 'def'],
    [20, 'g'],
    [5000, 'farther'],
  ]);
  const merged = Uint8Array.from(mergeDataSegments(wasm));
  assert.equal(memoryOf(merged), memoryOf(wasm));
  assert.is(Buffer.from(merged).includes('abcdef'), true);
  assert.is(Buffer.from(wasm).includes('abcdef'), false);
});

test('addresses with the sign bit set survive', () => {
  const wasm = moduleWith([
    [64, 'a'],
    [8000, 'b'],
  ]);
  const memory = memoryOf(Uint8Array.from(mergeDataSegments(wasm)));
  assert.equal([memory[64], memory[8000]], [0x61, 0x62]);
});

test.run();
