import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Values } from './template.ts';

/** Where the commands of the asset run. */
export interface Workplace {
  /** The current folder: a copy of the asset's files, since some commands change them. */
  readonly dir: string;
  /** Files that Flux's tests make on the way, by the expressions that name them in command lines. */
  readonly values: Values;
  remove(): void;
}

const linkMark = '.symlink-target';

/** Copies the files of an asset; what it notes as links become links. */
export function createWorkplace(asset: string): Workplace {
  const dir = mkdtempSync(join(tmpdir(), 'flux-vectors-'));
  cpSync(join(asset, 'testdata'), join(dir, 'testdata'), { recursive: true });
  for (const note of globSync(`testdata/**/*${linkMark}`, { cwd: dir })) {
    const target = readFileSync(join(dir, note), 'utf8').trim();
    rmSync(join(dir, note));
    symlinkSync(target, join(dir, note.slice(0, -linkMark.length)));
  }
  const made = join(dir, 'made');
  const file = (name: string, content: string): string => {
    const folder = mkdtempSync(`${made}-`);
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    dir,
    values: {
      'file.Name': file('ca.crt', 'ca-data'),
      'crt.Name': file('ca.crt', 'ca-data-crt'),
      'pem.Name': file('ca.pem', 'ca-data-pem'),
      'invalidCert.Name': file('ca.p12', 'ca-data'),
      't.TempDir': mkdtempSync(`${made}-`),
      absTestDataPath: join(dir, 'testdata', 'build-kustomization', 'podinfo'),
    },
    remove: () => rmSync(dir, { recursive: true }),
  };
}
