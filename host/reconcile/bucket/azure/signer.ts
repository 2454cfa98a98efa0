import { managedIdentityToken } from '../../../cloud/azure.ts';
import { type AzurePrincipal, azurePrincipalToken } from '../../../cloud/azure-principal.ts';
import { KeptTokens } from '../../../cloud/kept-tokens.ts';
import type { SignRequest } from '../../../sandbox/types.ts';
import type { Data } from '../../secrets.ts';
import type { SignerContext } from '../access.ts';
import { badSecret, foreignHost } from '../errors.ts';
import { accountOf, sharedKey } from './shared-key.ts';

const scope = 'https://storage.azure.com/.default';
const version = { 'x-ms-version': '2021-12-02' };
/** Tokens for credentials of Secrets; Flux has them outside of its cache, too. */
const kept = new KeptTokens<string>({ cacheSize: 100, cacheMs: 3_600_000 });

/** Where the host's own identity may go. */
const storageHosts =
  /\.(blob|dfs)\.(core\.windows\.net|core\.chinacloudapi\.cn|core\.usgovcloudapi\.net|storage\.azure\.net)$/;

/** Signs requests to Azure Blob Storage; in the order that Flux looks for credentials. */
export async function azureSigner(context: SignerContext): Promise<SignRequest> {
  const { secret } = context;
  if (secret) checkSecret(context, secret);
  const bearer = await bearerOf(context);
  if (bearer) {
    await bearer();
    return async () => ({ headers: { ...version, authorization: `Bearer ${await bearer()}` } });
  }
  const { accountKey, sasKey } = secret ?? {};
  if (accountKey) return sharedKey(accountOf(context.object.spec.endpoint), accountKey, version);
  const query = Object.fromEntries(new URLSearchParams((sasKey ?? '').trim().replace(/^\?/, '')));
  for (const value of [query['sig'] ?? '']) if (value) context.redactor.add(value);
  return async () => ({ headers: version, query });
}

/** How to get an access token, where the Secret or the workload has an identity. */
async function bearerOf(context: SignerContext): Promise<(() => Promise<string>) | undefined> {
  const { secret, egress, tokens, account, redactor, signal, proxy } = context;
  const via = { scope, ...(proxy ? { proxy } : {}), signal };
  const principal = secret && principalOf(secret);
  if (principal) {
    return () =>
      kept.get([principal], async () => {
        const token = await azurePrincipalToken(egress, via, principal);
        redactor.add(token.value);
        return token;
      });
  }
  const clientId = secret?.['clientId']?.trim();
  if (clientId) {
    checkHost(context);
    return () =>
      kept.get([clientId], async () => {
        const token = await managedIdentityToken({ scope, clientId, signal });
        redactor.add(token.value);
        return token;
      });
  }
  if (secret?.['accountKey'] || secret?.['sasKey']) return undefined;
  if (!account.serviceAccountName) checkHost(context);
  return () => tokens.token({ cloud: 'azure', account, ...via });
}

function principalOf(secret: Data): AzurePrincipal | undefined {
  const { tenantId, clientId, clientSecret, clientCertificate, authorityHost } = secret;
  if (!tenantId || !clientId) return undefined;
  const whose = { tenantId, clientId, ...(authorityHost ? { authorityHost } : {}) };
  if (clientSecret) return { ...whose, clientSecret };
  if (!clientCertificate) return undefined;
  const { clientCertificatePassword: password, clientCertificateSendChain: chain = '' } = secret;
  return {
    ...whose,
    certificate: {
      pem: clientCertificate,
      ...(password ? { password } : {}),
      sendChain: chain === '1' || chain.toLowerCase() === 'true',
    },
  };
}

function checkHost({ address }: SignerContext): void {
  const { hostname, host } = new URL(address);
  if (!storageHosts.test(hostname)) throw foreignHost(host);
}

/** @throws FluxError in Flux's words */
function checkSecret({ object }: SignerContext, secret: Data): void {
  const has = (key: string) => secret[key] !== undefined;
  if (['clientId', 'accountKey', 'sasKey', 'authorityHost'].some(has)) return;
  throw badSecret(
    `invalid '${object.spec.secretRef?.name}' secret data: requires a 'clientId' or 'accountKey' field, a combination of 'tenantId', 'clientId' and 'clientSecret', or 'tenantId', 'clientId' and 'clientCertificate'`,
    'add what the storage account is to be reached with',
  );
}
