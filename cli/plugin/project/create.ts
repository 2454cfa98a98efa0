import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectError } from '../errors.ts';
import { linkTools } from './link.ts';
import { type NewProject, newFiles } from './new-files.ts';

/**
 * Writes a project. In an empty folder it is put there, else into a new folder of its name.
 * @returns the folder
 * @throws FluxError FLUX_E_CLI_PLUGIN_PROJECT when there is one already
 */
export async function createProject(
  { name, kind, language }: Omit<NewProject, 'dir'>,
  cwd: string,
): Promise<string> {
  const isEmpty = (await readdir(cwd)).every((each) => each === '.git');
  const dir = isEmpty ? cwd : join(cwd, name);
  const there = isEmpty ? [] : await readdir(dir).catch(() => []);
  if (there.length > 0) {
    throw projectError(`${name} is there already, and is not empty`, 'choose another name or another folder');
  }
  await mkdir(dir, { recursive: true });
  for (const [path, content] of Object.entries(newFiles({ name, kind, language, dir }))) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await linkTools(dir);
  return dir;
}
