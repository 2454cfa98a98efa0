import { wasmReader } from '@flux-host/sdk/module/reader.ts';
import { sectionId, sections } from '@flux-host/sdk/module/sections.ts';

/** Number of the section of exports. */
export const exportSection = 7;

/** Kinds of imports and exports by their number in the binary format. */
const kinds = ['function', 'table', 'memory', 'global', 'tag'] as const;
export type ExternalKind = (typeof kinds)[number];

export interface ModuleExport {
  readonly name: string;
  readonly kind: ExternalKind;
}

export interface ModuleImport extends ModuleExport {
  readonly module: string;
}

function kindOf(number: number): ExternalKind {
  const kind = kinds[number];
  if (!kind) throw new RangeError(`has an import or export of unknown kind ${number}`);
  return kind;
}

/**
 * What a module exports, read without compiling it.
 * @throws RangeError when the bytes are no module
 */
export function moduleExports(wasm: Uint8Array): ModuleExport[] {
  const section = sections(wasm).find(({ id }) => id === exportSection);
  if (!section) return [];
  const reader = wasmReader(section.body);
  return Array.from({ length: reader.unsigned() }, () => {
    const name = reader.name();
    const kind = kindOf(reader.byte());
    reader.unsigned();
    return { name, kind };
  });
}

/**
 * The functions that a module imports, up to and including the first import that is none: no host offers anything else.
 * @throws RangeError when the bytes are no module
 */
export function moduleImports(wasm: Uint8Array): ModuleImport[] {
  const section = sections(wasm).find(({ id }) => id === sectionId.import);
  if (!section) return [];
  const reader = wasmReader(section.body);
  const found: ModuleImport[] = [];
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    const entry = { module: reader.name(), name: reader.name(), kind: kindOf(reader.byte()) };
    found.push(entry);
    if (entry.kind !== 'function') break;
    reader.unsigned();
  }
  return found;
}
