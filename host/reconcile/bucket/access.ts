import type { Bucket } from '@flux-host/crds/source/bucket.ts';
import type { AwsIdentities } from '../../cloud/aws/types.ts';
import type { Account, CloudTokens } from '../../cloud/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import type { PluginUse } from '../../plugins/types.ts';
import type { Egress } from '../../sandbox/egress/egress.ts';
import { type Data, readSecret, type SecretAccess } from '../secrets.ts';
import { azureSigner } from './azure/signer.ts';
import { googleSigner } from './google-signer.ts';
import { s3Signer } from './s3/signer.ts';
import { proxyOf, tlsOf } from './secrets.ts';

export interface AccessOptions extends SecretAccess {
  readonly egress: Egress;
  readonly tokens: CloudTokens;
  readonly aws: AwsIdentities;
}

/** How a bucket is reached. */
export type BucketAccess = Pick<PluginUse, 'address' | 'storage' | 'tls' | 'proxy'>;

/** What the signers of the providers are made of. */
export interface SignerContext extends AccessOptions {
  readonly object: Bucket;
  /** Of the bucket. */
  readonly address: string;
  readonly secret: Data | undefined;
  readonly account: Account;
  readonly tls: PluginUse['tls'];
  readonly proxy: PluginUse['proxy'];
  readonly signal: AbortSignal;
  read(name: string): Promise<Data>;
}

/**
 * Reads the Secrets of a Bucket and prepares what proves to its provider who asks.
 * @throws FluxError with reason AuthenticationFailed, FeatureGateDisabled or InvalidSTSConfiguration, in Flux's words
 */
export async function bucketAccess(
  options: AccessOptions,
  { object, address, signal }: { object: Bucket; address: string; signal: AbortSignal },
): Promise<BucketAccess> {
  const { spec, metadata } = object;
  const { secretRef, certSecretRef, proxySecretRef, serviceAccountName, provider = 'generic' } = spec;
  const namespace = metadata.namespace ?? '';
  const read = (name: string) => readSecret(options, { namespace, name }, 'AuthenticationFailed', signal);
  const secret = secretRef ? await read(secretRef.name) : undefined;
  const proxy = proxySecretRef ? proxyOf(await read(proxySecretRef.name)) : undefined;
  const tls = certSecretRef ? tlsOf(certSecretRef.name, await read(certSecretRef.name)) : undefined;
  const user = { kind: 'Bucket', namespace, name: metadata.name };
  const account = { namespace, user, ...(serviceAccountName ? { serviceAccountName } : {}) };
  const context: SignerContext = { ...options, object, address, secret, account, tls, proxy, signal, read };
  const storage = await signerOf(provider, context);
  return {
    address,
    ...(storage ? { storage } : {}),
    ...(proxy ? { proxy } : {}),
    ...(tls && address.startsWith('https:') ? { tls } : {}),
  };
}

async function signerOf(provider: string, context: SignerContext): Promise<PluginUse['storage']> {
  try {
    if (provider === 'gcp') return await googleSigner(context);
    if (provider === 'azure') return await azureSigner(context);
    return await s3Signer(context);
  } catch (error) {
    // As in Flux, whatever goes wrong here has to do with who asks.
    if (!(error instanceof FluxError) || error.reason) throw error;
    throw new FluxError(error.code, error.message, {
      reason: 'AuthenticationFailed',
      cause: error,
      ...(error.hint ? { hint: error.hint } : {}),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    });
  }
}
