/** Shortens every digest and commit hash (40 to 128 hexadecimal digits) to its first 8. */
export function truncateHex(text: string): string {
  return text.replaceAll(/\b[a-f0-9]{40,128}\b/g, (hash) => hash.slice(0, 8));
}
