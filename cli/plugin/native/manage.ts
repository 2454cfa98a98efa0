import { errorText } from '@flux-host/host/errors/text.ts';
import type { Invocation } from '../../command/types.ts';
import { ensurePluginFolder } from '../folder.ts';
import { fetchManifest } from './catalog.ts';
import { installNative } from './install.ts';
import { readReceipt } from './receipt.ts';
import { resolveRelease } from './resolve.ts';

type Context = Pick<Invocation, 'io' | 'log' | 'signal'>;

/**
 * Installs `<name>[@<version>|@sha256:<hex>]` from the catalog.
 * @throws FluxError FLUX_E_CLI_PLUGIN_CATALOG, FLUX_E_CLI_PLUGIN_INSTALL
 */
export async function installFromCatalog(reference: string, context: Context): Promise<void> {
  const [, name = '', wanted = ''] = /^([^@]*)(?:@(.*))?$/s.exec(reference) ?? [];
  const manifest = await fetchManifest(name, context);
  const release = resolveRelease(manifest, wanted);
  const folder = await ensurePluginFolder(context.io.env);
  await installNative(manifest, release, { ...context, folder });
  context.log.success(`installed ${name} v${release.version}`);
}

/** Brings a plugin to the newest version; one that the user put there is left alone. Says what it did, or why not. */
export async function updateFromCatalog(name: string, context: Context): Promise<void> {
  const { log, io, signal } = context;
  const folder = await ensurePluginFolder(io.env);
  const receipt = await readReceipt(folder, name);
  if (!receipt) return log.warning(`skipping ${name} (manually installed)`);
  const failed = (what: string) => (error: unknown) => {
    signal.throwIfAborted();
    log.failure(`error ${what} ${name}: ${errorText(error)}`);
    return undefined;
  };
  const newest = await fetchManifest(name, context)
    .then((manifest) => ({ manifest, release: resolveRelease(manifest, '') }))
    .catch(failed('checking'));
  if (!newest) return;
  const { manifest, release } = newest;
  if (receipt.version === release.version) {
    return log.success(`${name} already up to date (v${receipt.version})`);
  }
  const done = await installNative(manifest, release, { ...context, folder })
    .then(() => true)
    .catch(failed('updating'));
  if (done) log.success(`updated ${name} v${receipt.version} → v${release.version}`);
}
