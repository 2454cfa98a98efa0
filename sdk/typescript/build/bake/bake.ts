import { leb128, signedLeb128, wasmReader } from '../../../module/reader.ts';
import { assemble, concat, sectionId, sections, type WasmSection } from '../../../module/sections.ts';
import { importedFunctions, withoutCapabilities } from './imports.ts';
import { segmentsOf } from './segments.ts';

/** What becomes part of the engine's module. */
export interface Baked {
  readonly memory: Uint8Array;
  /** Names of the exports, in the order of the engine's numbers. */
  readonly operations: readonly string[];
  readonly capabilities: readonly string[];
  /** Largest memory of an instance. */
  readonly maximumBytes: number;
}

const pageSize = 65_536;
const opcode = { call: 0x10, constant: 0x41, end: 0x0b } as const;
const kind = { function: 0, memory: 2 } as const;
const encoder = new TextEncoder();

const vector = (parts: readonly Uint8Array[]): Uint8Array => concat([leb128(parts.length), ...parts]);

/** Adds entries to a section that is a vector. */
function extended(body: Uint8Array, more: readonly Uint8Array[]): Uint8Array {
  const reader = wasmReader(body);
  const count = reader.unsigned();
  return concat([leb128(count + more.length), body.subarray(reader.offset), ...more]);
}

function countOf(body: Uint8Array): number {
  return wasmReader(body).unsigned();
}

/** Number of the type `() -> i32`, which the engine has because it imports or defines functions of it. */
function exportType(body: Uint8Array): number {
  const reader = wasmReader(body);
  const count = reader.unsigned();
  for (let index = 0; index < count; index += 1) {
    reader.byte();
    const parameters = reader.bytes(reader.unsigned());
    const results = reader.bytes(reader.unsigned());
    if (parameters.length === 0 && results.length === 1 && results[0] === 0x7f) return index;
  }
  throw new Error('the engine has no function without parameters that gives an i32');
}

function exportsOf(body: Uint8Array): Map<string, { kind: number; index: number }> {
  const reader = wasmReader(body);
  const entries = Array.from({ length: reader.unsigned() }, () => {
    const name = reader.name();
    return [name, { kind: reader.byte(), index: reader.unsigned() }] as const;
  });
  return new Map(entries);
}

function exported(name: string, kind: number, index: number): Uint8Array {
  const label = encoder.encode(name);
  return concat([leb128(label.length), label, Uint8Array.of(kind), leb128(index)]);
}

/** The body of an export: calls the engine with the number of the operation. */
function trampoline(operation: number, callee: number): Uint8Array {
  const code = concat([
    Uint8Array.of(0, opcode.constant),
    signedLeb128(operation),
    Uint8Array.of(opcode.call),
    leb128(callee),
    Uint8Array.of(opcode.end),
  ]);
  return concat([leb128(code.length), code]);
}

/** The module that starts where an instance of the engine stood. */
export function bake(
  engine: Uint8Array,
  { memory, operations, capabilities, maximumBytes }: Baked,
): Uint8Array {
  const found = sections(engine).filter(({ id }) => id !== sectionId.custom);
  const body = (id: number) => found.find((section) => section.id === id)?.body ?? Uint8Array.of(0);
  const first = importedFunctions(body(sectionId.import)) + countOf(body(sectionId.function));
  const call = exportsOf(body(sectionId.export)).get('flux_call');
  if (!call) throw new Error('the engine does not export flux_call');
  const type = leb128(exportType(body(sectionId.type)));
  const segments = segmentsOf(memory).map(({ offset, bytes }) =>
    concat([
      Uint8Array.of(0, opcode.constant),
      signedLeb128(offset),
      Uint8Array.of(opcode.end),
      leb128(bytes.length),
      bytes,
    ]),
  );
  const replaced: Readonly<Record<number, Uint8Array>> = {
    [sectionId.import]: withoutCapabilities(body(sectionId.import), capabilities),
    [sectionId.function]: extended(
      body(sectionId.function),
      operations.map(() => type),
    ),
    [sectionId.memory]: concat([
      Uint8Array.of(1, 1),
      leb128(memory.length / pageSize),
      leb128(Math.max(memory.length / pageSize, Math.floor(maximumBytes / pageSize))),
    ]),
    [sectionId.export]: vector([
      exported('memory', kind.memory, 0),
      ...operations.map((name, index) => exported(name, kind.function, first + index)),
    ]),
    [sectionId.code]: extended(
      body(sectionId.code),
      operations.map((_, index) => trampoline(index, call.index)),
    ),
    [sectionId.dataCount]: leb128(segments.length),
    [sectionId.data]: vector(segments),
  };
  return assemble(found.map(({ id, body }): WasmSection => ({ id, body: replaced[id] ?? body })));
}
