import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '@flux-host/host/errors/text.ts';
import { isRecord } from '@flux-host/host/json.ts';
import { projectError } from '../errors.ts';

/** A folder with the sources of a plugin. */
export interface Project {
  readonly dir: string;
  readonly language: 'ts' | 'go';
  /** As package.json or plugin.json has it. */
  readonly name: string;
  /** TypeScript: the file that exports the plugin. */
  readonly entry: string;
  /** Where the module goes. */
  readonly out: string;
  /** Settings for the golden examples as the author wrote them. */
  readonly conformance: unknown;
}

const entries = ['plugin.ts', 'src/plugin.ts', 'index.ts', 'src/index.ts'];

/**
 * Finds out what kind of project a folder holds.
 * @throws FluxError FLUX_E_CLI_PLUGIN_PROJECT when it is none
 */
export async function readProject(dir: string): Promise<Project> {
  if (existsSync(join(dir, 'go.mod')) && existsSync(join(dir, 'plugin.json'))) return goProject(dir);
  const manifest = await readJson(join(dir, 'package.json'));
  if (!manifest) {
    throw projectError(
      `${dir} has no plugin project: there is neither package.json nor go.mod with plugin.json`,
      'run "flux plugin init" to make one',
    );
  }
  const main = typeof manifest['main'] === 'string' ? [manifest['main']] : [];
  const entry = [...main.filter((each) => each.endsWith('.ts')), ...entries].find((each) =>
    existsSync(join(dir, each)),
  );
  if (!entry) {
    throw projectError(
      `${dir} has no entry: none of ${entries.join(', ')} is there`,
      'name the TypeScript file that exports the plugin as "main" of package.json',
    );
  }
  const settings = isRecord(manifest['fluxPlugin']) ? manifest['fluxPlugin'] : {};
  const name = nameOf(manifest, dir);
  return {
    dir,
    language: 'ts',
    name,
    entry: join(dir, entry),
    out: join(dir, `${name}.wasm`),
    conformance: settings['conformance'] ?? {},
  };
}

async function goProject(dir: string): Promise<Project> {
  const name = nameOf((await readJson(join(dir, 'plugin.json'))) ?? {}, dir);
  const conformance = (await readJson(join(dir, 'conformance.json'))) ?? {};
  return { dir, language: 'go', name, entry: dir, out: join(dir, `${name}.wasm`), conformance };
}

function nameOf(manifest: Readonly<Record<string, unknown>>, dir: string): string {
  const { name } = manifest;
  if (typeof name !== 'string' || name === '') throw projectError(`the project in ${dir} has no name`);
  // A scope is for npm; the plugin's own name has none.
  return name.replace(/^@[^/]*\//, '');
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isRecord(value)) return value;
    throw new Error('it is no JSON object');
  } catch (error) {
    throw projectError(`${file} cannot be read: ${errorText(error)}`);
  }
}
