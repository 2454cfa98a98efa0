import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Folder of the SDK that belongs to this `flux`. */
export const sdkFolder = dirname(realpathSync(require.resolve('@flux-host/sdk/package.json')));

/** The program of this command line. */
export const program = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** Whether the SDK came from a registry; in a checkout of the repository it is used where it lies. */
export const isPublished = sdkFolder.split(sep).includes('node_modules');

/**
 * What to write into package.json for the SDK: its version, or in a checkout its folder, since then no registry has it.
 * @param from the project's folder
 */
export function sdkDependency(from: string): string {
  if (!isPublished) return `file:${slashes(relative(realpathSync(from), sdkFolder))}`;
  const { version }: { version: string } = require(join(sdkFolder, 'package.json'));
  return `^${version}`;
}

/** Folder of the Go library, relative to a project. */
export function goLibrary(from: string): string {
  const path = slashes(relative(realpathSync(from), join(sdkFolder, 'go')));
  return path.startsWith('.') ? path : `./${path}`;
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}
