import { fileURLToPath } from 'node:url';

/** In the package that authors install, every file of the SDK is JavaScript. */
const isPublished = !import.meta.url.endsWith('.ts');

/**
 * Absolute path of a file of the SDK.
 * @param name relative to the TypeScript folder, with the extension that it has in the repository
 */
export function sdkFile(name: string): string {
  const published = isPublished ? name.replace(/\.ts$/, '.js') : name;
  return fileURLToPath(new URL(`../${published}`, import.meta.url));
}
