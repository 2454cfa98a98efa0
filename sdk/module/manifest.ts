import Value from 'typebox/value';
import { manifestSection, PluginManifest } from '../contract/manifest.ts';
import { assemble, custom, customSection, sectionId, sections } from './sections.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

function isManifest(section: { id: number; body: Uint8Array }): boolean {
  return section.id === sectionId.custom && custom(section).name === manifestSection;
}

/**
 * Writes a manifest into a module, in place of one that is there already.
 * @throws RangeError when the bytes are no module, TypeError when the manifest is not valid
 */
export function embedManifest(wasm: Uint8Array, manifest: PluginManifest): Uint8Array {
  const valid = checkManifest(manifest);
  const content = new TextEncoder().encode(JSON.stringify(valid));
  return assemble([
    ...sections(wasm).filter((section) => !isManifest(section)),
    customSection(manifestSection, content),
  ]);
}

/**
 * The manifest of a module, checked; null when it carries none.
 * @throws RangeError when the bytes are no module, TypeError that names every field that is wrong
 */
export function readManifest(wasm: Uint8Array): PluginManifest | null {
  const found = sections(wasm).filter(isManifest);
  if (found.length > 1) throw new TypeError('there is more than one manifest');
  const section = found[0];
  if (!section) return null;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(custom(section).content));
  } catch (error) {
    throw new TypeError(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return checkManifest(value);
}

/** @throws TypeError that names every field that is wrong */
export function checkManifest(value: unknown): PluginManifest {
  if (Value.Check(PluginManifest, value)) return value;
  const problems = Value.Errors(PluginManifest, value).map(
    ({ instancePath, message }) => `${instancePath.slice(1).replaceAll('/', '.') || 'manifest'} ${message}`,
  );
  throw new TypeError([...new Set(problems)].slice(0, 5).join('; '));
}
