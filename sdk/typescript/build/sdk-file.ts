import { fileURLToPath } from 'node:url';

/** Absolute path of a file of the SDK's TypeScript folder. */
export function sdkFile(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}
