import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import type { Logger } from '../../observability/logger.ts';
import { type PluginOptions, termsOf } from './attempt.ts';
import { place } from './install.ts';
import { own } from './update.ts';

/**
 * Puts every plugin into use that is on the disk, before anything is reconciled: a host starts without its registries, and no built-in is called in
 * place of the plugin that replaces it.
 */
export async function restorePlugins(
  objects: readonly Plugin[],
  options: PluginOptions,
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<void> {
  const { library } = options;
  const names = new Set(objects.map(({ metadata }) => metadata.name));
  for (const name of await library.list()) {
    if (!names.has(name)) await library.update(name, () => undefined);
  }
  for (const object of objects) {
    const { name } = object.metadata;
    const record = own(await library.read(name), object);
    const terms = await termsOf(object, options, signal).catch((error: unknown) => {
      log.error(error, 'plugin is not in use yet', { plugin: name });
      return undefined;
    });
    const { problem, module } = await place(object, record, { terms, options });
    if (problem) log.error(problem, 'plugin is not in use yet', { plugin: name });
    if (module) log.info('plugin restored', { plugin: name, digest: module.digest });
  }
}
