import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** Contents by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A temporary folder, gone with `remove`. */
export interface TemporaryTree {
  readonly path: string;
  write(files: Files): void;
  /** All files as text, by path with `/`. */
  read(): Record<string, string>;
  remove(): void;
}

export function temporaryTree(): TemporaryTree {
  const path = mkdtempSync(join(tmpdir(), 'flux-plugin-tree-'));
  return {
    path,
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name);
        if (relative(path, file).startsWith('..')) throw new RangeError(`${name} leads out of the tree`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    },
    read() {
      const entries = readdirSync(path, { recursive: true, withFileTypes: true });
      return Object.fromEntries(
        entries
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
          .map((file) => [relative(path, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]),
      );
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
