import { readFile } from 'node:fs/promises';
import { errorText } from '../errors/text.ts';
import { badAnnotation, noHostIdentity } from './errors.ts';
import { askMetadata } from './metadata.ts';
import { metadataToken, oauthExchange } from './request.ts';
import { annotationsOf, serviceAccountToken } from './service-account.ts';
import type { CloudContext } from './tokens.ts';
import type { AccessToken, TokenRequest } from './types.ts';

const cloud = 'Azure';
const audience = 'api://AzureADTokenExchange';
const clientIdAnnotation = 'azure.workload.identity/client-id';
const tenantIdAnnotation = 'azure.workload.identity/tenant-id';
const defaultAuthority = 'https://login.microsoftonline.com/';
const metadataUrl = 'http://169.254.169.254/metadata/identity/oauth2/token';

/** An access token of Microsoft Entra ID: federated for a ServiceAccount, else that of the host. */
export async function azureToken(context: CloudContext, request: TokenRequest): Promise<AccessToken> {
  const { account, signal } = request;
  const { client, env } = context;
  if (!account.serviceAccountName) return azureHostToken(context, request);
  const key = { namespace: account.namespace, name: account.serviceAccountName };
  const annotations = await annotationsOf(client, key, signal);
  const clientId = annotations[clientIdAnnotation];
  const tenantId = annotations[tenantIdAnnotation] ?? env['AZURE_TENANT_ID'];
  const name = `${key.namespace}/${key.name}`;
  if (!clientId) throw badAnnotation(name, clientIdAnnotation, 'is missing');
  if (!tenantId) throw badAnnotation(name, tenantIdAnnotation, 'is missing');
  const assertion = await serviceAccountToken(client, key, audience, signal);
  return exchange(context, request, { clientId, tenantId, assertion });
}

/**
 * The identity of the process: the projected token of Azure's webhook, else the managed identity of the machine.
 * @throws FluxError FLUX_E_CLOUD_…
 */
export async function azureHostToken(
  context: Pick<CloudContext, 'egress' | 'env'>,
  request: Omit<TokenRequest, 'cloud' | 'account'>,
): Promise<AccessToken> {
  const { env } = context;
  const file = env['AZURE_FEDERATED_TOKEN_FILE'];
  const [clientId, tenantId] = [env['AZURE_CLIENT_ID'], env['AZURE_TENANT_ID']];
  if (!file || !clientId || !tenantId) {
    return managedIdentityToken({ ...request, ...(clientId ? { clientId } : {}) });
  }
  const assertion = await readFile(file, 'utf8').catch((error: unknown) => {
    throw noHostIdentity(cloud, errorText(error));
  });
  return exchange(context, request, { clientId, tenantId, assertion: assertion.trim() });
}

async function exchange(
  { egress, env }: Pick<CloudContext, 'egress' | 'env'>,
  { scope, proxy, signal }: Omit<TokenRequest, 'cloud' | 'account'>,
  identity: { clientId: string; tenantId: string; assertion: string },
): Promise<AccessToken> {
  const authority = env['AZURE_AUTHORITY_HOST'] || defaultAuthority;
  const url = new URL(`${encodeURIComponent(identity.tenantId)}/oauth2/v2.0/token`, slashed(authority));
  const form = {
    client_id: identity.clientId,
    scope,
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: identity.assertion,
  };
  return oauthExchange(egress, { cloud, url: url.href, form, proxy }, signal);
}

/** A token of the machine's identity, or of the one with an ID that it has, too. @throws FluxError FLUX_E_CLOUD_HOST */
export async function managedIdentityToken({
  scope,
  clientId,
  signal,
}: Pick<TokenRequest, 'scope' | 'signal'> & { clientId?: string }): Promise<AccessToken> {
  const url = new URL(metadataUrl);
  url.searchParams.set('api-version', '2018-02-01');
  url.searchParams.set('resource', scope.replace(/\/\.default$/, ''));
  if (clientId) url.searchParams.set('client_id', clientId);
  const text = await askMetadata(cloud, url.href, { headers: { metadata: 'true' } }, signal);
  return metadataToken(cloud, text);
}

function slashed(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}
