import { chmod, lstat, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isPublished, program, sdkFolder } from './locations.ts';

/**
 * Makes a project's imports of the SDK and `flux` in its npm scripts work without a registry: both are those of the `flux` that
 * runs. What the user installed stays.
 */
export async function linkTools(dir: string): Promise<void> {
  if (isPublished) return;
  const modules = join(dir, 'node_modules');
  if (!resolves(dir)) {
    const link = join(modules, '@flux-host', 'sdk');
    await mkdir(join(modules, '@flux-host'), { recursive: true });
    await rm(link, { recursive: true, force: true });
    await symlink(sdkFolder, link, 'junction');
  }
  await linkProgram(join(modules, '.bin'));
}

function resolves(dir: string): boolean {
  try {
    createRequire(join(dir, 'package.json')).resolve('@flux-host/sdk/package.json');
    return true;
  } catch {
    return false;
  }
}

/** npm puts this folder first in the path of its scripts. */
async function linkProgram(bin: string): Promise<void> {
  const file = join(bin, 'flux');
  // A link is what npm makes for a package that brings its own.
  if (await isLink(file)) return;
  await mkdir(bin, { recursive: true });
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(file, 0o755);
  await writeFile(`${file}.cmd`, `@"${process.execPath}" "${program}" %*\r\n`);
}

async function isLink(file: string): Promise<boolean> {
  const info = await lstat(file).catch(() => undefined);
  return info?.isSymbolicLink() === true && (await readlink(file)) !== '';
}
