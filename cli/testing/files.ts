import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with files, for commands that read them. */
export interface TestFolder {
  readonly dir: string;
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

export function folderWith(files: Readonly<Record<string, string>> = {}): TestFolder {
  const dir = mkdtempSync(join(tmpdir(), 'flux-files-'));
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), content);
    }
  };
  write(files);
  return { dir, write, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** YAML of an object. */
export function manifest(object: object): string {
  return `---\n${JSON.stringify(object)}\n`;
}
