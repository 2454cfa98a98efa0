import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { commandError } from '../../command/errors.ts';
import { inputError } from '../errors.ts';

/** The bytes of a `.wasm` file. @throws FluxError FLUX_E_CLI_FILE, FLUX_E_CLI_PLUGIN_INPUT */
export async function readModule(file: string, cwd: string): Promise<Uint8Array> {
  if (!file.endsWith('.wasm')) {
    throw inputError(`${file} is no .wasm file`, 'build the plugin with "flux plugin build"');
  }
  return readInput(file, cwd);
}

/** The bytes of a file that a user named. @throws FluxError FLUX_E_CLI_FILE */
export async function readInput(file: string, cwd: string): Promise<Buffer> {
  const path = resolve(cwd, file);
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw commandError(
      'FLUX_E_CLI_FILE',
      `cannot read ${relative(cwd, path) || path}: ${code === 'ENOENT' ? 'no such file or directory' : code}`,
    );
  }
}

/** A JSON object in a file. @throws FluxError FLUX_E_CLI_FILE, FLUX_E_CLI_PLUGIN_INPUT */
export async function readJsonFile(file: string, cwd: string): Promise<Readonly<Record<string, unknown>>> {
  const text = (await readInput(file, cwd)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    throw inputError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw inputError(`${file} holds no JSON object`);
}
