import { leb128, wasmReader } from '@flux-host/sdk/module/reader.ts';
import { assemble, concat, sectionId, sections } from '@flux-host/sdk/module/sections.ts';
import { limitTables } from './table-limit.ts';

/** Bytes of a page of linear memory. */
export const pageSize = 65_536;

const flagMaximum = 1;
const flagShared = 2;
const flag64Bit = 4;

/** What a module's memory section says. */
export interface DeclaredMemory {
  readonly initialBytes: number;
  readonly maximumBytes: number | null;
}

/**
 * The one memory of a module.
 * @throws RangeError that completes "plugin x …" when there is none, more than one, or one of a kind that cannot be bounded
 */
export function declaredMemory(wasm: Uint8Array): DeclaredMemory {
  const section = sections(wasm).find(({ id }) => id === sectionId.memory);
  const reader = section && wasmReader(section.body);
  const count = reader?.unsigned() ?? 0;
  if (!reader || count === 0) throw new RangeError('has no memory');
  if (count > 1) throw new RangeError(`has ${count} memories, one is supported`);
  const flags = reader.unsigned();
  if (flags & flag64Bit) throw new RangeError('has a 64-bit memory, which is not supported');
  if (flags & flagShared) throw new RangeError('has a shared memory, which is not supported');
  const initial = reader.unsigned();
  const maximum = flags & flagMaximum ? reader.unsigned() : null;
  return { initialBytes: initial * pageSize, maximumBytes: maximum === null ? null : maximum * pageSize };
}

/** Writes a maximum into a module's memory and tables: the engine then refuses to grow beyond it. */
export function limitModule(wasm: Uint8Array, maximumBytes: number): Uint8Array<ArrayBuffer> {
  const { initialBytes } = declaredMemory(wasm);
  const body = concat([
    Uint8Array.of(1, flagMaximum),
    leb128(initialBytes / pageSize),
    leb128(Math.floor(maximumBytes / pageSize)),
  ]);
  const limited = sections(wasm).map((section) => {
    if (section.id === sectionId.memory) return { ...section, body };
    return section.id === sectionId.table ? { ...section, body: limitTables(section.body) } : section;
  });
  return assemble(limited);
}

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1000],
  ['M', 1000 ** 2],
  ['G', 1000 ** 3],
  ['Ki', 1024],
  ['Mi', 1024 ** 2],
  ['Gi', 1024 ** 3],
]);

/** Bytes of a Kubernetes quantity such as `256Mi`; null when it is none. */
export function parseBytes(quantity: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kMG]|[KMG]i)?$/.exec(quantity);
  const unit = units.get(match?.[2] ?? '');
  if (!match || unit === undefined) return null;
  return Math.floor(Number(match[1]) * unit);
}
