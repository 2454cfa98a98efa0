import type { CatalogEntry } from './catalog.ts';
import type { PluginFile } from './directories.ts';
import { grantsOfRequests } from './grants.ts';
import type { ModuleFile } from './modules.ts';
import type { InstalledPlugin } from './types.ts';

/** An entry whose module is here. */
export type CallableEntry = CatalogEntry & { readonly module: PluginFile };

/** A plugin that comes with the host: granted what it asks for. */
export function builtInEntry(module: PluginFile): CatalogEntry {
  const { manifest } = module;
  const { name, provides } = manifest;
  const grants = grantsOfRequests(manifest);
  return { name, provides, module, grants, origin: 'built-in', suspended: false, createdAt: '' };
}

/** The entry as others see it; undefined while its module is not here. */
export function installedOf({ module, grants, origin }: CatalogEntry): InstalledPlugin | undefined {
  return module && { manifest: module.manifest, digest: module.digest, grants, origin };
}

/** The file to load for an entry, with the memory that it is granted. */
export function moduleOf({ module, name, grants: { memoryBytes } }: CallableEntry): ModuleFile {
  const { file, digest } = module;
  return { file, digest, name, ...(memoryBytes === undefined ? {} : { memoryBytes }) };
}
