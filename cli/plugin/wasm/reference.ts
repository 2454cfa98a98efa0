export function isOci(text: string): boolean {
  return text.startsWith('oci://');
}

/** Whether a word means a Wasm plugin rather than one of the catalog: an address of a registry, or a file. */
export function isWasmReference(text: string): boolean {
  return isOci(text) || text.endsWith('.wasm');
}
