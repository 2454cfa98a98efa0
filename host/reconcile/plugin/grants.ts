import type { Plugin, PluginGrants } from '@flux-host/crds/plugin/plugin.ts';
import { parseDuration } from '../../duration/duration.ts';
import type { Grants } from '../../plugins/types.ts';
import { parseBytes } from '../../sandbox/memory-limit.ts';
import { readSecret, type SecretAccess } from '../secrets.ts';
import { badGrant } from './errors.ts';
import type { NamespaceLabels } from './namespaces.ts';

export interface GrantOptions extends SecretAccess {
  /** Namespace of Secrets that say none. */
  readonly runtimeNamespace: string;
  readonly namespaces: NamespaceLabels;
}

/**
 * From `spec.grants` to what the plugin may do.
 * @throws FluxError FLUX_E_SECRET, FLUX_E_PLUGIN_GRANT
 */
export async function grantsOf(
  { spec: { grants = {} } }: Plugin,
  options: GrantOptions,
  signal: AbortSignal,
): Promise<Grants> {
  const ownSecret = await ownSecretOf(grants, options, signal);
  const allowsNamespace = await namespacesOf(grants, options);
  const memoryBytes = grants.memory === undefined ? null : parseBytes(grants.memory);
  return {
    network: grants.network ?? [],
    capabilities: grants.capabilities ?? [],
    secretKeys: grants.secretKeys ?? [],
    credentials: grants.credentials ?? [],
    ...(grants.identity ? { identity: grants.identity } : {}),
    ...(memoryBytes === null ? {} : { memoryBytes }),
    ...(grants.timeout === undefined ? {} : { timeoutMs: parseDuration(grants.timeout) }),
    ...(grants.concurrency === undefined ? {} : { concurrency: grants.concurrency }),
    ...(ownSecret ? { ownSecret } : {}),
    ...(allowsNamespace ? { allowsNamespace } : {}),
  };
}

/** Secrets that a Plugin refers to, as `Secret/<namespace>/<name>`: a change of one wakes it. */
export function secretsOf({ spec: { source, verify, grants } }: Plugin, runtimeNamespace: string): string[] {
  const references = [source.secretRef, verify?.secretRef, ...(grants?.secrets ?? [])];
  return references.flatMap((ref) =>
    ref ? [`Secret/${ref.namespace ?? runtimeNamespace}/${ref.name}`] : [],
  );
}

async function ownSecretOf(
  { secrets = [] }: PluginGrants,
  options: GrantOptions,
  signal: AbortSignal,
): Promise<Record<string, string> | undefined> {
  const own: Record<string, string> = {};
  for (const { name, namespace = options.runtimeNamespace, keys } of secrets) {
    const data = await readSecret(options, { namespace, name }, 'SecretNotFound', signal);
    for (const key of keys) {
      const value = data[key];
      if (value === undefined) throw badGrant(`Secret ${namespace}/${name} has no key ${key}`);
      own[key] = Buffer.from(value).toString('base64');
    }
  }
  return secrets.length > 0 ? own : undefined;
}

async function namespacesOf(
  { namespaces: allowed }: PluginGrants,
  { namespaces }: GrantOptions,
): Promise<Grants['allowsNamespace']> {
  if (!allowed) return undefined;
  const { names = [], matchLabels } = allowed;
  if (matchLabels) await namespaces.ready();
  return (namespace) =>
    names.includes(namespace) || (matchLabels !== undefined && namespaces.matches(namespace, matchLabels));
}
