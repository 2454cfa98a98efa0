import { signatureHeaders } from '../../../cloud/aws/sigv4.ts';
import type { AwsCredentials } from '../../../cloud/aws/types.ts';
import type { SignRequest } from '../../../sandbox/types.ts';
import type { SignerContext } from '../access.ts';
import { endpointOf } from '../address.ts';
import { badSecret, badSts, noRegion } from '../errors.ts';
import { ldapCredentials } from './ldap.ts';
import { bucketRegion, regionOfEndpoint } from './region.ts';

/** Signs requests to S3; undefined where nobody says who asks: public buckets. */
export async function s3Signer(context: SignerContext): Promise<SignRequest | undefined> {
  checkSts(context);
  const credentials = await credentialsOf(context);
  if (!credentials) return undefined;
  const { spec } = context.object;
  const known = spec.region || regionOfEndpoint(endpointOf(spec).hostname);
  let asked: Promise<string> | undefined;
  const region = async () => {
    if (known) return known;
    asked ??= bucketRegion(context, credentials);
    return asked;
  };
  return async ({ method, url }) => {
    const scope = { region: await region(), service: 's3' };
    return { headers: signatureHeaders({ method, url }, scope, { credentials, now: Date.now() }) };
  };
}

async function credentialsOf(context: SignerContext): Promise<AwsCredentials | undefined> {
  const { object, secret, account, proxy, aws } = context;
  const { provider = 'generic', region, secretRef, sts } = object.spec;
  if (secret) {
    const [accessKeyId, secretAccessKey] = [secret['accesskey'], secret['secretkey']];
    if (accessKeyId === undefined || secretAccessKey === undefined) {
      throw badSecret(
        `invalid '${secretRef?.name}' secret data: required fields 'accesskey' and 'secretkey'`,
        'add both keys to the Secret of spec.secretRef',
      );
    }
    // As in Flux, empty ones stand for nobody.
    if (!accessKeyId || !secretAccessKey) return undefined;
    return { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() };
  }
  if (provider === 'aws') {
    const own = region || regionOfEndpoint(endpointOf(object.spec).hostname) || process.env['AWS_REGION'];
    if (!own && account.serviceAccountName) throw noRegion();
    return aws.credentials({
      account,
      region: own || 'us-east-1',
      ...(sts ? { stsEndpoint: sts.endpoint } : {}),
      ...(proxy ? { proxy } : {}),
    });
  }
  return sts ? ldapCredentials(context, sts) : undefined;
}

/** @throws FluxError, terminal, in the words of Flux */
function checkSts({ object: { spec } }: SignerContext): void {
  const { sts, provider = 'generic' } = spec;
  if (!sts) return;
  const fits = provider === 'aws' ? sts.provider === 'aws' : sts.provider === 'ldap';
  if (!fits)
    throw badSts(`STS provider '${sts.provider}' is not supported for '${provider}' bucket provider`);
  if (provider === 'aws' && sts.secretRef) {
    throw badSts(`spec.sts.secretRef is not required for the '${sts.provider}' STS provider`);
  }
  if (provider === 'aws' && sts.certSecretRef) {
    throw badSts(`spec.sts.certSecretRef is not required for the '${sts.provider}' STS provider`);
  }
}
