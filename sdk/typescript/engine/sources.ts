import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Where compiler and sources are put; safe to delete. */
export const workDir = join(here, '..', '..', '..', '.build', 'engine');

/** A program that the engine is rebuilt with is not installed. */
export class ToolMissing extends Error {}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') {
    throw new ToolMissing(`${command} is not installed: rebuilding the engine needs it`);
  }
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed with exit code ${status}:\n${stderr}`);
}

function prepared(name: string, files: readonly string[]): string {
  const folder = join(workDir, name);
  mkdirSync(folder, { recursive: true });
  for (const file of files) copyFileSync(join(here, name, file), join(folder, file));
  return folder;
}

/**
 * The folder with QuickJS's sources, from crates.io; Cargo checks them against the checksum in Cargo.lock.
 * @throws ToolMissing without Cargo
 */
export function quickjsSources(): string {
  const folder = prepared('quickjs', ['Cargo.toml', 'Cargo.lock']);
  writeFileSync(join(folder, 'empty.rs'), '');
  run('cargo', ['vendor', '--locked', '--quiet', 'vendor'], folder);
  return join(folder, 'vendor', 'rquickjs-sys', 'quickjs');
}

/** The folder of the compiler's package, from the npm registry; npm checks it against package-lock.json. */
export function toolchain(): string {
  const folder = prepared('toolchain', ['package.json', 'package-lock.json']);
  const found = join(folder, 'node_modules', '@yowasp', 'clang');
  const wanted: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const version = wanted.dependencies['@yowasp/clang'];
  if (
    !existsSync(found) ||
    JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')).version !== version
  ) {
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  }
  return found;
}

/** The C files and headers of a folder by name. */
export function cFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
