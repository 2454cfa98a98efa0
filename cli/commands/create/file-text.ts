import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorText } from '@flux-host/host/errors/text.ts';
import { commandError } from '../../command/errors.ts';
import type { Io } from '../../io.ts';

/**
 * The text of a file that a flag names.
 * @param problem what the message begins with
 * @throws FluxError FLUX_E_CLI_FILE; the reason is worded as Go's
 */
export async function fileText(path: string, problem: string, { cwd }: Pick<Io, 'cwd'>): Promise<string> {
  const noEntry = commandError('FLUX_E_CLI_FILE', `${problem}: open ${path}: no such file or directory`);
  if (path === '') throw noEntry;
  return readFile(resolve(cwd, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw noEntry;
    throw commandError('FLUX_E_CLI_FILE', `${problem}: ${errorText(error)}`);
  });
}
