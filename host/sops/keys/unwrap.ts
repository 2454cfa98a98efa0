import { FluxError } from '../../errors/flux-error.ts';
import { errorText, isAbort } from '../../errors/text.ts';
import type { CacheOperation, CacheUser } from '../../observability/cache-metrics.ts';
import type { Plugins } from '../../plugins/types.ts';
import { SopsFault } from '../document/fault.ts';
import type { WrappedKey } from '../document/metadata.ts';
import { combineParts } from '../document/shamir.ts';
import { documentFailed, keyServiceDown, noDataKey } from '../errors.ts';
import { addressOfKey, describeKey } from './describe.ts';
import type { Entries, Material } from './material.ts';
import type { WrappedDataKey } from './wrapped.ts';

/** On whose behalf keys are unwrapped, and with what. */
export interface UnwrapContext {
  readonly plugins: Pick<Plugins, 'call'>;
  readonly namespace: string;
  /** In metrics of tokens. */
  readonly user?: CacheUser;
  readonly material: Material;
  /** ServiceAccount whose identity at a cloud is used where the Secret says nothing. */
  readonly serviceAccountName?: string;
  /** Credentials that are not in the Secret, e.g. after a login; undefined when there are none. */
  credentials?(key: WrappedKey, signal: AbortSignal): Promise<Entries | undefined>;
}

/** Key services whose tokens are counted, in Flux's words. */
const operations: Readonly<Record<string, CacheOperation>> = {
  kms: 'decrypt_with_aws',
  azure_kv: 'decrypt_with_azure',
  gcp_kms: 'decrypt_with_gcp',
  hc_vault: 'decrypt_with_vault',
};

/** The object, with what a token for a key is needed for. */
export function userOf(user: CacheUser, { service }: WrappedKey): CacheUser {
  const operation = operations[service];
  return operation ? { ...user, operation } : user;
}

/** Tried first, since they ask nobody, as SOPS does. */
const first = ['age', 'pgp'];

/**
 * Unwraps a data key: of every group one key has to work, and as many groups as the threshold says.
 * @throws FluxError FLUX_E_SOPS_DATA_KEY with what each key failed with; FLUX_E_SOPS_KEY_SERVICE when a service was not to be reached
 */
export async function unwrap(
  context: UnwrapContext,
  { groups, threshold }: WrappedDataKey,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const needed = groups.length === 1 ? 1 : threshold || groups.length;
  const failures: Failure[] = [];
  const parts: Uint8Array[] = [];
  for (const group of groups) {
    if (parts.length >= needed) break;
    const part = await unwrapGroup(context, { group, failures }, signal);
    if (part) parts.push(part);
  }
  if (parts.length < needed) throw failed(failures, { needed, got: parts.length, of: groups.length });
  const [only] = parts;
  if (groups.length === 1 && only) return only;
  try {
    return combineParts(parts);
  } catch (error) {
    throw documentFailed('cannot get sops data key', error);
  }
}

interface Failure {
  readonly text: string;
  readonly isDown: boolean;
  readonly retryAfterMs: number | undefined;
}

async function unwrapGroup(
  context: UnwrapContext,
  { group, failures }: { group: readonly WrappedKey[]; failures: Failure[] },
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const rank = ({ service }: WrappedKey) => (first.includes(service) ? first.indexOf(service) : first.length);
  for (const key of group.toSorted((a, b) => rank(a) - rank(b))) {
    try {
      return await unwrapKey(context, key, signal);
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      failures.push(failureOf(key, error));
    }
  }
  return undefined;
}

async function unwrapKey(context: UnwrapContext, key: WrappedKey, signal: AbortSignal): Promise<Uint8Array> {
  const { plugins, namespace, user, material, serviceAccountName } = context;
  const own = material[key.service];
  const secret = own ?? (await context.credentials?.(key, signal));
  const address = addressOfKey(key);
  const { output } = await plugins.call<{ dataKey: string }>({
    kind: 'decryptor',
    type: key.service,
    operation: 'decrypt',
    namespace,
    ...(user ? { user: userOf(user, key) } : {}),
    input: { service: key.service, key: key.entry },
    signal,
    ...(secret ? { secret } : {}),
    ...(address ? { address } : {}),
    // What the Secret has for a service comes before any identity, as in Flux.
    ...(serviceAccountName && !secret ? { serviceAccountName } : {}),
  });
  const bytes = new Uint8Array(Buffer.from(output.dataKey, 'base64'));
  if (bytes.length < 32 || bytes.length > 33) {
    throw new SopsFault('data-key', `the key service gave ${bytes.length} bytes, which is no data key`);
  }
  return bytes;
}

function failureOf(key: WrappedKey, error: unknown): Failure {
  const known = error instanceof FluxError ? error : undefined;
  const isDown =
    known !== undefined &&
    (known.retryAfterMs !== undefined ||
      known.code.startsWith('FLUX_E_EGRESS_') ||
      known.code === 'FLUX_E_PLUGIN_TIMEOUT' ||
      known.code === 'FLUX_E_PLUGIN_BROKEN');
  return {
    text: `${describeKey(key)}: ${errorText(error)}`,
    isDown,
    retryAfterMs: known?.retryAfterMs,
  };
}

function failed(
  failures: readonly Failure[],
  { needed, got, of }: { needed: number; got: number; of: number },
): FluxError {
  const groups = of > 1 ? [`${got} of ${needed} needed key groups could be used`] : [];
  const texts = [...groups, ...failures.map(({ text }) => text)];
  const down = failures.filter(({ isDown }) => isDown);
  if (down.length === 0) return noDataKey(texts);
  const times = down.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return keyServiceDown(texts, times.length > 0 ? Math.min(...times) : undefined);
}
