import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of everything in a folder that is not a folder, relative and sorted. */
export function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}
