import { leb128, wasmReader } from '@flux-host/sdk/module/reader.ts';
import { concat, sectionId, sections } from '@flux-host/sdk/module/sections.ts';

const mostTables = 4;
const mostEntries = 200_000;
const functionReference = 0x70;
const functionType = 0x60;
const flagMaximum = 1;

/**
 * Tables live in the heap of the JavaScript engine. A plugin that fills it takes the whole process along, not only its
 * thread, so their growth is bounded like that of memory.
 * @throws RangeError that completes "plugin x …"
 */
export function limitTables(body: Uint8Array): Uint8Array {
  const reader = wasmReader(body);
  const count = reader.unsigned();
  if (count > mostTables) throw new RangeError(`has ${count} tables, at most ${mostTables} are supported`);
  const parts: Uint8Array[] = [leb128(count)];
  for (let index = 0; index < count; index += 1) {
    const type = reader.byte();
    if (type !== functionReference) throw new RangeError('has a table of something other than functions');
    const flags = reader.byte();
    if (flags > flagMaximum) throw new RangeError('has a shared or 64-bit table, which is not supported');
    const initial = reader.unsigned();
    const maximum = flags === flagMaximum ? reader.unsigned() : mostEntries;
    if (initial > mostEntries) {
      throw new RangeError(`has a table of ${initial} entries, at most ${mostEntries} are supported`);
    }
    parts.push(Uint8Array.of(type, flagMaximum), leb128(initial), leb128(Math.min(maximum, mostEntries)));
  }
  return concat(parts);
}

/**
 * Objects of the garbage-collection proposal live in the same heap and cannot be bounded.
 * @throws RangeError that completes "plugin x …"
 */
export function refuseHeapTypes(wasm: Uint8Array): void {
  const section = sections(wasm).find(({ id }) => id === sectionId.type);
  if (!section) return;
  const reader = wasmReader(section.body);
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    if (reader.byte() !== functionType) {
      throw new RangeError('uses types of the garbage-collection proposal, which are not supported');
    }
    for (const _ of ['parameters', 'results']) {
      for (let values = reader.unsigned(); values > 0; values -= 1) valueType(reader);
    }
  }
}

/** A reference type with an explicit heap type takes more than one byte. */
function valueType(reader: ReturnType<typeof wasmReader>): void {
  const first = reader.byte();
  if (first === 0x63 || first === 0x64) reader.unsigned();
}
