import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import wizer from '@bytecodealliance/wizer';
import { leb128, wasmReader } from '../../sdk/module/reader.ts';
import { assemble, concat, sections } from '../../sdk/module/sections.ts';
import { exec } from '../steps.ts';

/** Numbers of the sections that the snapshot changes. */
const dataSection = 11;
const dataCountSection = 12;

/** V8 refuses a module with more data segments than this. */
const maxSegments = 100_000;

export interface PreInitialise {
  /** Module with an exported `_initialize`. */
  readonly input: string;
  readonly output: string;
  /** Give the program `/`, an empty folder, while it starts: Go asks for its preopened folders only then. */
  readonly usesMounts: boolean;
}

/**
 * Runs a module's `_initialize` once and writes a module that starts in the state after it, so that each instance comes up
 * without that work. What the program learns about its surroundings while it starts (arguments, environment, mounts) is
 * frozen too.
 * @throws Error with the program's output when initialisation fails
 */
export async function preInitialise(
  { input, output, usesMounts }: PreInitialise,
  log: (line: string) => void,
): Promise<void> {
  mkdirSync(dirname(output), { recursive: true });
  const args = [input, '-o', output, '--init-func', '_initialize', '--allow-wasi', '--inherit-env=false'];
  const empty = mkdtempSync(join(tmpdir(), 'mounts-'));
  try {
    await exec(wizer, usesMounts ? [...args, '--keep-init-func=true', '--mapdir', `/::${empty}`] : args, {
      log,
    });
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
  writeFileSync(output, mergeDataSegments(readFileSync(output)));
}

/**
 * Merges active data segments that are next to each other. A snapshot has one for each run of changed bytes.
 * @throws Error when a segment is of a form that a snapshot does not have, or too many remain
 */
export function mergeDataSegments(wasm: Uint8Array): Uint8Array {
  const parts = sections(wasm);
  const data = parts.find(({ id }) => id === dataSection);
  if (!data) return wasm;
  const merged = merge(readSegments(data.body));
  if (merged.length > maxSegments)
    throw new Error(`${merged.length} data segments remain, V8 takes ${maxSegments}`);
  return assemble(
    parts.map((section) => {
      if (section.id === dataSection) return { id: dataSection, body: writeSegments(merged) };
      if (section.id === dataCountSection) return { id: dataCountSection, body: leb128(merged.length) };
      return section;
    }),
  );
}

interface Segment {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const passive = 1;
const i32Const = 0x41;
const end = 0x0b;

function readSegments(body: Uint8Array): Segment[] {
  const reader = wasmReader(body);
  return Array.from({ length: reader.unsigned() }, () => {
    if (reader.unsigned() === passive) {
      // What is left of a passive segment that the program copied while it started.
      if (reader.unsigned() > 0) throw new Error('a passive data segment is not empty');
      return { offset: 0, bytes: new Uint8Array() };
    }
    if (reader.byte() !== i32Const) throw new Error('the offset of a data segment is not a constant');
    const offset = signed32(reader.byte);
    if (reader.byte() !== end) throw new Error('the offset of a data segment is not a constant');
    return { offset, bytes: reader.bytes(reader.unsigned()) };
  }).filter(({ bytes }) => bytes.length > 0);
}

/** Signed LEB128 of an address. */
function signed32(byte: () => number): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const next = byte();
    value |= (next & 127) << shift;
    if (next >= 128) continue;
    if (shift + 7 < 32 && (next & 64) !== 0) value |= -1 << (shift + 7);
    return value >>> 0;
  }
}

function writeSigned32(value: number): Uint8Array {
  const out: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 127;
    const last = rest >> 6 === 0 || rest >> 6 === -1;
    out.push(last ? low : low | 128);
    if (last) return Uint8Array.from(out);
  }
}

/** A gap this small costs less as zeros than as the header of another segment: memory is zero there anyway. */
const maxGap = 64;

function merge(segments: readonly Segment[]): Segment[] {
  const groups: { offset: number; end: number; parts: Uint8Array[] }[] = [];
  for (const { offset, bytes } of segments.toSorted((a, b) => a.offset - b.offset)) {
    const last = groups.at(-1);
    if (last && offset >= last.end && offset - last.end <= maxGap) {
      last.parts.push(new Uint8Array(offset - last.end), bytes);
      last.end = offset + bytes.length;
    } else {
      groups.push({ offset, end: offset + bytes.length, parts: [bytes] });
    }
  }
  return groups.map(({ offset, parts }) => ({ offset, bytes: concat(parts) }));
}

function writeSegments(segments: readonly Segment[]): Uint8Array {
  return concat([
    leb128(segments.length),
    ...segments.flatMap(({ offset, bytes }) => [
      Uint8Array.of(0, i32Const),
      writeSigned32(offset),
      Uint8Array.of(end),
      leb128(bytes.length),
      bytes,
    ]),
  ]);
}
