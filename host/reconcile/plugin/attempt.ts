import { createHash } from 'node:crypto';
import type { Plugin } from '@flux-host/crds/plugin/plugin.ts';
import { type GrantOptions, grantsOf } from './grants.ts';
import { type InstallOptions, place, type Terms } from './install.ts';
import { type RegistryOptions, registryOf } from './registry.ts';
import { own, update } from './update.ts';
import { policyOf, type VerificationOptions } from './verification.ts';

export interface PluginOptions extends InstallOptions, GrantOptions, RegistryOptions, VerificationOptions {
  readonly jitterPercentage: number;
}

/**
 * Brings the plugin up to date; first of all what is here already, which takes no registry.
 * @throws FluxError; what is in use stays so
 */
export async function attempt(
  options: PluginOptions,
  { object, signal }: { readonly object: Plugin; readonly signal: AbortSignal },
): Promise<void> {
  const record = own(await options.library.read(object.metadata.name), object);
  // When a Secret cannot be read, what is in use stays so.
  const terms = await termsOf(object, options, signal);
  const { problem } = await place(object, record, { terms, options });
  const client = await registryOf(object, options, signal);
  const after = await update({ object, record, terms, client, signal }, options);
  if (problem && after?.current?.digest === record.current?.digest && !isUsed(options, object)) throw problem;
}

function isUsed({ plugins }: PluginOptions, { metadata }: Plugin): boolean {
  return plugins.state(metadata.name).digest !== undefined;
}

/** @throws FluxError when a Secret is missing or does not have what is needed */
export async function termsOf(
  object: Plugin,
  options: GrantOptions & VerificationOptions,
  signal: AbortSignal,
): Promise<Terms> {
  const policy = await policyOf(object, options, signal);
  const grants = await grantsOf(object, options, signal);
  const labels = object.spec.grants?.namespaces?.matchLabels ? options.namespaces.version : 0;
  const revision = createHash('sha256')
    .update(JSON.stringify([object.metadata.generation, grants.ownSecret ?? null, labels]))
    .digest('hex');
  return { policy, grants, revision };
}
