import { badAnnotation, unexpected } from './errors.ts';
import { askMetadata } from './metadata.ts';
import { askTokenService, metadataToken, oauthExchange } from './request.ts';
import { annotationsOf, serviceAccountToken } from './service-account.ts';
import type { CloudContext } from './tokens.ts';
import type { AccessToken, TokenRequest } from './types.ts';

const cloud = 'Google Cloud';
const emailAnnotation = 'iam.gke.io/gcp-service-account';
const providerAnnotation = 'gcp.auth.fluxcd.io/workload-identity-provider';
const providerForm =
  /^projects\/\d{1,30}\/locations\/global\/workloadIdentityPools\/[^/\s]{1,100}\/providers\/[^/\s]{1,100}$/;
const emailForm = /^[a-zA-Z0-9-]{1,100}@[a-zA-Z0-9.-]{1,100}\.iam\.gserviceaccount\.com$/;
const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/** Which pool of identities a ServiceAccount's tokens are meant for. */
interface Pool {
  /** Audience of the ServiceAccount's token. */
  readonly tokenAudience: string;
  /** Audience of the exchange. */
  readonly audience: string;
}

/** An access token of Google Cloud: federated for a ServiceAccount, else that of the host. */
export async function gcpToken(context: CloudContext, request: TokenRequest): Promise<AccessToken> {
  const { account, scope, signal } = request;
  if (!account.serviceAccountName) return gcpHostToken(context, request);
  const key = { namespace: account.namespace, name: account.serviceAccountName };
  const annotations = await annotationsOf(context.client, key, signal);
  const name = `${key.namespace}/${key.name}`;
  const email = annotations[emailAnnotation];
  if (email && !emailForm.test(email))
    throw badAnnotation(name, emailAnnotation, 'is no e-mail of a service account');
  const provider = annotations[providerAnnotation];
  if (provider && !providerForm.test(provider)) {
    throw badAnnotation(name, providerAnnotation, 'is not of the form projects/…/providers/…');
  }
  const pool = provider ? poolOf(provider) : await clusterPool(context, signal);
  const subject = await serviceAccountToken(context.client, key, pool.tokenAudience, signal);
  const federated = await exchange(context, request, { pool, subject, scope: email ? cloudPlatform : scope });
  return email ? impersonate(context, request, { email, federated }) : federated;
}

function poolOf(provider: string): Pool {
  return {
    tokenAudience: `https://iam.googleapis.com/${provider}`,
    audience: `//iam.googleapis.com/${provider}`,
  };
}

/** On GKE the pool of the cluster's project; the metadata server knows which. */
async function clusterPool(context: CloudContext, signal?: AbortSignal): Promise<Pool> {
  const read = (path: string) => metadata(context, path, signal);
  const [project, location, cluster] = await Promise.all([
    read('project/project-id'),
    read('instance/attributes/cluster-location'),
    read('instance/attributes/cluster-name'),
  ]);
  const tokenAudience = `${project}.svc.id.goog`;
  const identity = `https://container.googleapis.com/v1/projects/${project}/locations/${location}/clusters/${cluster}`;
  return { tokenAudience, audience: `identitynamespace:${tokenAudience}:${identity}` };
}

async function exchange(
  { egress, endpoints }: CloudContext,
  { proxy, signal }: TokenRequest,
  { pool, subject, scope }: { pool: Pool; subject: string; scope: string },
): Promise<AccessToken> {
  const form = {
    audience: pool.audience,
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    scope,
    subject_token: subject,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  };
  const url = new URL('/v1/token', endpoints.googleSts).href;
  return oauthExchange(egress, { cloud, url, form, proxy }, signal);
}

async function impersonate(
  { egress, endpoints }: CloudContext,
  { scope, proxy, signal }: TokenRequest,
  { email, federated }: { email: string; federated: AccessToken },
): Promise<AccessToken> {
  const url = new URL(`/v1/projects/-/serviceAccounts/${email}:generateAccessToken`, endpoints.googleIam)
    .href;
  const answer = await askTokenService(
    egress,
    {
      cloud,
      url,
      headers: [['authorization', `Bearer ${federated.value}`]],
      body: JSON.stringify({ scope: scope.split(' ') }),
      type: 'application/json',
      ...(proxy ? { proxy } : {}),
    },
    signal,
  );
  const { accessToken: value, expireTime } = answer;
  if (typeof value !== 'string' || value === '')
    throw unexpected(cloud, 'there is no accessToken in the answer');
  const expiresAt = typeof expireTime === 'string' ? Date.parse(expireTime) : Number.NaN;
  return { value, expiresAt: Number.isNaN(expiresAt) ? Date.now() : expiresAt };
}

/** The identity of the process, as the metadata server knows it. @throws FluxError FLUX_E_CLOUD_… */
export async function gcpHostToken(
  context: Pick<CloudContext, 'env'>,
  { scope, signal }: Pick<TokenRequest, 'scope' | 'signal'>,
): Promise<AccessToken> {
  const path = `instance/service-accounts/default/token?scopes=${encodeURIComponent(scope.replaceAll(' ', ','))}`;
  const text = await metadata(context, path, signal);
  return metadataToken(cloud, text);
}

function metadata({ env }: Pick<CloudContext, 'env'>, path: string, signal?: AbortSignal): Promise<string> {
  const server = env['GCE_METADATA_HOST'] || 'metadata.google.internal';
  const url = `http://${server}/computeMetadata/v1/${path}`;
  return askMetadata(cloud, url, { headers: { 'metadata-flavor': 'Google' } }, signal);
}
