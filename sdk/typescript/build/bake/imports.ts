import { hostFunctions, hostNamespace } from '../../../contract/host-functions.ts';
import { leb128, wasmReader } from '../../../module/reader.ts';
import { concat } from '../../../module/sections.ts';

interface FunctionImport {
  readonly namespace: string;
  readonly name: string;
  readonly type: number;
}

const encoder = new TextEncoder();

function named(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  return concat([leb128(bytes.length), bytes]);
}

function read(body: Uint8Array): FunctionImport[] {
  const reader = wasmReader(body);
  return Array.from({ length: reader.unsigned() }, () => {
    const namespace = reader.name();
    const name = reader.name();
    if (reader.byte() !== 0) throw new Error('the engine imports something that is no function');
    return { namespace, name, type: reader.unsigned() };
  });
}

function capabilityOf({ namespace, name }: FunctionImport): 'http' | 'tcp' | undefined {
  const found = Object.entries(hostFunctions).find(
    ([other]) => namespace === hostNamespace && other === name,
  )?.[1];
  return found && 'capability' in found ? found.capability : undefined;
}

/**
 * The import section without the functions of capabilities that the plugin does not request, so that a look at a module tells
 * what it can do. Functions are known by their number in WebAssembly, so the places stay: another import of the same type takes
 * each. The engine never calls those: it knows the capabilities, too.
 */
export function withoutCapabilities(body: Uint8Array, granted: readonly string[]): Uint8Array {
  const all = read(body);
  const kept = all.filter((one) => {
    const capability = capabilityOf(one);
    return capability === undefined || granted.includes(capability);
  });
  const resolved = all.map((one) => {
    const stand = kept.includes(one) ? one : kept.find(({ type }) => type === one.type);
    if (!stand) throw new Error(`nothing can stand in for ${one.name}`);
    return stand;
  });
  const parts = resolved.flatMap(({ namespace, name, type }) => [
    named(namespace),
    named(name),
    Uint8Array.of(0),
    leb128(type),
  ]);
  return concat([leb128(resolved.length), ...parts]);
}

/** How many functions a module imports. */
export function importedFunctions(body: Uint8Array): number {
  return read(body).length;
}
