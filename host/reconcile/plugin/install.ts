import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import type { FluxError } from '../../errors/flux-error.ts';
import type { CatalogEntry } from '../../plugins/catalog.ts';
import { checkSchemas } from '../../plugins/config/schema.ts';
import type { PluginFile } from '../../plugins/directories.ts';
import type { PluginHost } from '../../plugins/plugin-host.ts';
import type { Grants } from '../../plugins/types.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { failedAs, grantMissing, libraryFailed, nameMismatch, notVerified } from './errors.ts';
import type { Library } from './library.ts';
import type { Installation, InstallRecord } from './record.ts';
import { missingGrants } from './requests.ts';
import type { VerificationPolicy } from './verification.ts';

export interface InstallOptions {
  readonly plugins: PluginHost;
  readonly sandbox: Pick<Sandbox, 'inspect'>;
  readonly library: Library;
}

/** What an object says about its plugin beside the module. */
export interface Terms {
  readonly grants: Grants;
  /** Changes with what users of the plugin may notice of them. */
  readonly revision: string;
  readonly policy: VerificationPolicy | undefined;
}

/**
 * Looks at a module of the library: whether it is the plugin that the object names and keeps to the rules of plugins.
 * @throws FluxError
 */
export async function inspect(
  { metadata: { name } }: Plugin,
  digest: string,
  { sandbox, library }: InstallOptions,
): Promise<PluginFile> {
  const file = library.fileOf(digest);
  const inspected = await sandbox.inspect(file);
  const { manifest } = inspected;
  checkSchemas(manifest);
  if (manifest.name !== name) throw nameMismatch(name, manifest.name);
  return { ...inspected, file };
}

/** @throws FluxError FLUX_E_PLUGIN_GRANT with what to add */
export function checkGranted({ spec }: Plugin, { manifest }: PluginFile): void {
  const lines = missingGrants(manifest, spec.grants);
  if (lines !== undefined) throw grantMissing(manifest.version, lines);
}

/** What came of placing a plugin. */
export interface Placed {
  /** The module in use. */
  readonly module?: PluginFile;
  /** Why that which was installed cannot be used any more. */
  readonly problem?: FluxError;
}

/**
 * Puts what was installed before into use, as far as that is still right: the module is whole, it was verified as is asked for now, and what it
 * asks for is granted. Otherwise the plugin keeps its uses, and calls are refused. Needs no network.
 * @param run.terms absent when they could not be found out
 */
export async function place(
  object: Plugin,
  record: InstallRecord | undefined,
  { terms, options }: { terms: Terms | undefined; options: InstallOptions },
): Promise<Placed> {
  const { plugins } = options;
  const { current, previous } = record ?? {};
  if (!current || !terms) {
    if (current || object.status?.digest) plugins.install(withoutModule(object));
    return {};
  }
  try {
    const module = await usable(object, current, { terms, options });
    const { provides } = module.manifest;
    const back = previous && (await usable(object, previous, { terms, options }).catch(() => undefined));
    const { grants, revision } = terms;
    plugins.install({ ...entryOf(object), module, provides, grants, revision }, back);
    return { module };
  } catch (error) {
    plugins.install(withoutModule(object));
    return { problem: failedAs(error, 'InvalidPlugin') };
  }
}

/** @throws FluxError; the error of the file system */
async function usable(
  object: Plugin,
  { digest, image, verified }: Installation,
  { terms, options }: { terms: Terms; options: InstallOptions },
): Promise<PluginFile> {
  const module = await inspect(object, digest, options);
  if (module.digest !== digest)
    throw libraryFailed(`module ${digest} is damaged`, `it has the digest ${module.digest}`);
  if (terms.policy && verified !== terms.policy.fingerprint) {
    throw notVerified(image);
  }
  checkGranted(object, module);
  return module;
}

const nothing: Grants = { network: [], capabilities: [], secretKeys: [], credentials: [] };

/** It was installed, and is not here: nobody else is called in its place. */
function withoutModule(object: Plugin): CatalogEntry {
  return { ...entryOf(object), provides: object.status?.provides ?? [], grants: nothing, revision: '' };
}

function entryOf({ metadata, spec }: Plugin) {
  const { name, creationTimestamp = '' } = metadata;
  return {
    name,
    origin: { plugin: name },
    suspended: spec.suspend ?? false,
    createdAt: creationTimestamp,
  } as const;
}
