import { createHash } from 'node:crypto';
import type { Account } from '../../cloud/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import type { NamespacedName } from '../../kube/types.ts';
import { Lru } from '../../lru.ts';
import type { CacheMetrics, CacheUser } from '../../observability/cache-metrics.ts';
import type { Plugins } from '../../plugins/types.ts';
import { readRawSecret, type SecretAccess } from '../../reconcile/secrets.ts';
import { decryptionGate, noDecryptionSecret } from '../errors.ts';
import type { Decryption } from '../types.ts';
import { ageMaterialOf, type Entries, type Material, materialOf } from './material.ts';
import { type UnwrapContext, unwrap } from './unwrap.ts';

/** Settings of the process, from flags. */
export interface DecryptionSettings {
  /** `--sops-age-secret`, in the namespace of the host. */
  readonly ageSecret?: { readonly namespace: string; readonly name: string };
  /** `--default-decryption-service-account` */
  readonly defaultServiceAccount?: string;
  /** Gate ObjectLevelWorkloadIdentity. */
  readonly objectIdentity: boolean;
  /** `--sops-vault-configmap`, in the namespace of the host. */
  readonly vaultConfigMap?: { readonly namespace: string; readonly name: string };
}

export interface DecryptionsOptions extends SecretAccess, DecryptionSettings {
  readonly plugins: Pick<Plugins, 'call'>;
  /** Credentials of the host or of a ServiceAccount for services that have none in the Secret. */
  readonly credentials?: (account: Account) => UnwrapContext['credentials'];
  /** Of the data keys that are kept. */
  readonly metrics?: CacheMetrics;
}

/** `spec.decryption` */
export interface DecryptionSpec {
  readonly secretRef?: { readonly name: string } | undefined;
  readonly serviceAccountName?: string | undefined;
}

/** Makes what builds decrypt with. */
export interface Decryptions {
  /** @throws FluxError FLUX_E_SOPS_GATE, terminal, when the spec names an account and the gate is off */
  check(spec: DecryptionSpec): void;
  /** @throws FluxError FLUX_E_SOPS_SECRET when the Secret is missing or not what it should be */
  open(kustomization: NamespacedName, spec: DecryptionSpec, signal: AbortSignal): Promise<Decryption>;
}

/** Unwrapped keys that are kept: a build that follows a small change asks for the same ones again. */
const keptKeys = 2000;

export function createDecryptions(options: DecryptionsOptions): Decryptions {
  const kept = new Lru<Uint8Array>(keptKeys);
  return {
    check({ serviceAccountName }) {
      if (serviceAccountName && !options.objectIdentity) throw decryptionGate();
    },
    async open({ namespace, name: kustomization }, spec, signal) {
      this.check(spec);
      const account = spec.serviceAccountName ?? options.defaultServiceAccount;
      const { material, digest } = await secretOf(options, { namespace, spec }, signal);
      const id = digestOf([namespace, account ?? null, digest]);
      const user: CacheUser = { kind: 'Kustomization', namespace, name: kustomization };
      const counted: CacheUser = { ...user, operation: 'decrypt' };
      const credentials = options.credentials?.({
        namespace,
        user,
        ...(account ? { serviceAccountName: account } : {}),
      });
      const context: UnwrapContext = {
        plugins: options.plugins,
        namespace,
        user,
        material,
        ...(account ? { serviceAccountName: account } : {}),
        ...(credentials ? { credentials } : {}),
      };
      return {
        id,
        async dataKey(wrapped, attempt) {
          const name = `${id} ${wrapped.id}`;
          const known = kept.get(name);
          options.metrics?.requested(counted, { isHit: known !== undefined });
          if (known) return known;
          const key = await unwrap(context, wrapped, attempt);
          const before = kept.size;
          const evicted = kept.set(name, key);
          options.metrics?.kept(kept.size - before, evicted ? 1 : 0);
          return key;
        },
      };
    },
  };
}

async function secretOf(
  options: DecryptionsOptions,
  { namespace, spec }: { namespace: string; spec: DecryptionSpec },
  signal: AbortSignal,
): Promise<{ material: Material; digest: string | null }> {
  const key = spec.secretRef ? { namespace, name: spec.secretRef.name } : options.ageSecret;
  if (!key) return { material: {}, digest: null };
  const name = `${key.namespace}/${key.name}`;
  let data: Entries;
  try {
    data = await readRawSecret(options, key, 'BuildFailed', signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const cause = error instanceof FluxError && error.cause instanceof Error ? error.cause : error;
    throw noDecryptionSecret(name, errorText(cause), error);
  }
  const material = spec.secretRef ? materialOf(data, name) : ageMaterialOf(data, name);
  return { material, digest: digestOf(data) };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sorted)).digest('hex');
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
