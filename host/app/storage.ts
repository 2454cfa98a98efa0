import { access, constants, mkdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText } from '../errors/text.ts';
import type { Logger } from '../observability/logger.ts';
import { type Components, keepsArtifacts } from './components.ts';

/**
 * The folder that the process keeps its files in: `--storage-path`. Flux's manifests give no volume to controllers without artifacts: where such a one
 * cannot write it, the folder for temporary files has to do, which outlives the container in its pod.
 */
export async function storageFolder(
  path: string,
  { components, log }: { components: Components; log: Logger },
): Promise<string> {
  if (keepsArtifacts(components)) return path;
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK);
    return path;
  } catch (error) {
    const folder = join(tmpdir(), `flux-host-${hostname()}`);
    log.info('--storage-path cannot be written, files are kept elsewhere', {
      folder,
      error: errorText(error),
    });
    return folder;
  }
}
