import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { badSource } from './errors.ts';

/** The author's project. */
export interface Project {
  /** Folder of its package.json; that of the entry where there is none. */
  readonly dir: string;
  /** Fields of package.json that become part of the manifest. */
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly repository?: string;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `repository` is a text or `{ url }`; npm's prefix is no part of the address. */
function repositoryOf(value: unknown): string | undefined {
  const url = typeof value === 'object' && value !== null && 'url' in value ? value.url : value;
  return text(url)?.replace(/^git\+/, '');
}

function parsed(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const text = `it is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    throw badSource([{ file: 'package.json', line: 1, column: 1, text }]);
  }
}

/**
 * The project that a file belongs to: that of the nearest package.json.
 * @throws BuildError FLUX_E_SDK_SOURCE
 */
export function projectOf(entry: string): Project {
  const start = dirname(resolve(entry));
  for (let dir = start; ; dir = dirname(dir)) {
    const file = join(dir, 'package.json');
    if (existsSync(file)) return { dir, ...fieldsOf(parsed(file)) };
    if (dir === dirname(dir)) return { dir: start };
  }
}

function fieldsOf(content: Readonly<Record<string, unknown>>): Omit<Project, 'dir'> {
  const fields = {
    version: text(content['version']),
    description: text(content['description']),
    license: text(content['license']),
    repository: repositoryOf(content['repository']),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
