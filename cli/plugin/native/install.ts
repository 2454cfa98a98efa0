import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import type { Invocation } from '../../command/types.ts';
import { installError, notInstalled } from '../errors.ts';
import { pluginFolder } from '../folder.ts';
import { extractProgram } from './archive.ts';
import { download } from './download.ts';
import { receiptFile, writeReceipt } from './receipt.ts';
import type { Release } from './resolve.ts';
import type { NativeManifest } from './schema.ts';

type Context = Pick<Invocation, 'io' | 'signal'>;

const timeoutMs = 5 * 60_000;
const suffix = process.platform === 'win32' ? '.exe' : '';

/**
 * Downloads a release, checks its digest, and puts the program with its receipt into the folder. The old program stays until
 * the new one is complete.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INSTALL
 */
export async function installNative(
  { name, bin }: NativeManifest,
  { version, platform }: Release,
  { folder, ...context }: Context & { readonly folder: string },
): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'flux-plugin-'));
  const fresh = join(folder, `.${bin}.${process.pid}`);
  try {
    const file = join(work, 'download');
    await fetchChecked(platform, file, context);
    const program = `${bin}${suffix}`;
    const wanted = platform.extractPath || program;
    const found = await extractProgram({ file, url: platform.url, wanted, to: fresh });
    if (!found) throw installError(`binary ${JSON.stringify(wanted)} not found in archive`);
    await rename(fresh, join(folder, program));
    const installedAt = new Date().toISOString().replace(/\.\d+/, '');
    await writeReceipt(folder, { name, version, installedAt, platform });
  } catch (error) {
    context.signal.throwIfAborted();
    throw error instanceof FluxError ? error : installError(errorText(error));
  } finally {
    await rm(fresh, { force: true });
    await rm(work, { recursive: true });
  }
}

async function fetchChecked(
  { url, checksum }: Release['platform'],
  file: string,
  { io, signal }: Context,
): Promise<void> {
  const failed = (why: string) => installError(`failed to download plugin: ${why}`);
  const actual = await download(url, { env: io.env, timeoutMs, signal }, async (response) => {
    if (response.status !== 200) throw failed(`HTTP ${response.status}`);
    const hash = createHash('sha256');
    await pipeline(
      response.body,
      async function* (pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          hash.update(piece);
          yield piece;
        }
      },
      createWriteStream(file),
    );
    return `sha256:${hash.digest('hex')}`;
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof FluxError ? error : failed(errorText(error));
  });
  if (actual !== checksum) {
    throw installError(
      `checksum verification failed (expected: ${checksum}, got: ${actual})`,
      'the file is not the one that the catalog means: nothing was installed',
    );
  }
}

export async function isNativeInstalled(name: string, env: Context['io']['env']): Promise<boolean> {
  if (name.includes('/')) return false;
  // The link itself: one that leads nowhere is there to be removed, too.
  return Boolean(await lstat(join(pluginFolder(env), `flux-${name}${suffix}`)).catch(() => undefined));
}

/**
 * Removes a program and its receipt.
 * @throws FluxError FLUX_E_CLI_PLUGIN_INSTALL when it is not installed
 */
export async function uninstallNative(name: string, env: Context['io']['env']): Promise<void> {
  if (!(await isNativeInstalled(name, env))) throw notInstalled(name);
  const folder = pluginFolder(env);
  try {
    await rm(join(folder, `flux-${name}${suffix}`));
    await rm(receiptFile(folder, name), { force: true });
  } catch (error) {
    throw installError(`failed to remove plugin: ${errorText(error)}`);
  }
}
