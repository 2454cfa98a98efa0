import { readFile } from 'node:fs/promises';
import { azureHostToken } from '@flux-host/host/cloud/azure.ts';
import { azurePrincipalToken } from '@flux-host/host/cloud/azure-principal.ts';
import { errorText } from '@flux-host/host/errors/text.ts';
import { stringAt } from '@flux-host/host/json.ts';
import { noUser } from './errors.ts';
import { askProgram } from './program.ts';
import type { CloudContext } from './types.ts';

/**
 * An access token of Microsoft Entra ID as Azure's own clients look for it: an application or a federated token in the environment, whoever is
 * logged in to `az`, the identity of the machine.
 * @throws FluxError
 */
export async function azureToken(context: CloudContext, scope: string): Promise<string> {
  const { egress, env, proxy, signal } = context;
  const request = { scope, signal, ...(proxy ? { proxy } : {}) };
  const principal = await principalIn(env);
  if (principal) return (await azurePrincipalToken(egress, request, principal)).value;
  const isFederated = Boolean(env['AZURE_FEDERATED_TOKEN_FILE']);
  const words = ['az', 'account', 'get-access-token', '--scope', scope, '--output', 'json'] as const;
  const token = isFederated ? undefined : stringAt(await askProgram(words, context), 'accessToken');
  if (token) return token;
  try {
    return (await azureHostToken({ egress, env }, request)).value;
  } catch (error) {
    if (signal.aborted || isFederated) throw error;
    throw noUser(
      'Azure',
      errorText(error),
      'set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or log in with: az login',
    );
  }
}

async function principalIn(env: CloudContext['env']) {
  const [tenantId, clientId] = [env['AZURE_TENANT_ID'], env['AZURE_CLIENT_ID']];
  const [clientSecret, file] = [env['AZURE_CLIENT_SECRET'], env['AZURE_CLIENT_CERTIFICATE_PATH']];
  if (!tenantId || !clientId || !(clientSecret || file)) return undefined;
  const authorityHost = env['AZURE_AUTHORITY_HOST'];
  const application = { tenantId, clientId, ...(authorityHost ? { authorityHost } : {}) };
  if (clientSecret || !file) return { ...application, clientSecret: clientSecret ?? '' };
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw noUser('Azure', errorText(error), 'correct AZURE_CLIENT_CERTIFICATE_PATH');
  });
  const password = env['AZURE_CLIENT_CERTIFICATE_PASSWORD'];
  const sendChain = /^(1|true)$/i.test(env['AZURE_CLIENT_SEND_CERTIFICATE_CHAIN'] ?? '');
  return { ...application, certificate: { pem, sendChain, ...(password ? { password } : {}) } };
}
