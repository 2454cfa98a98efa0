import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { git } from '../../helpers/git/cli.ts';

/** A working tree, as somebody has it who is about to push. */
export interface Checkout {
  readonly dir: string;
  /** Writes files; `null` removes one. */
  change(files: Readonly<Record<string, string | null>>): Promise<void>;
  remove(): Promise<void>;
}

/** Clones a repository. */
export async function checkOut(url: string): Promise<Checkout> {
  const dir = await mkdtemp(join(tmpdir(), 'flux-checkout-'));
  await git(['clone', '--quiet', url, dir]);
  return {
    dir,
    async change(files) {
      for (const [name, content] of Object.entries(files)) {
        const file = join(dir, name);
        await mkdir(dirname(file), { recursive: true });
        if (content === null) await rm(file);
        else await writeFile(file, content);
      }
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
