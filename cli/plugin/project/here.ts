import { resolve } from 'node:path';
import { type Project, readProject } from './read.ts';

/** The project in a folder that the user named, or in the current one. */
export function projectIn(folder: string | undefined, cwd: string): Promise<Project> {
  return readProject(resolve(cwd, folder ?? '.'));
}
