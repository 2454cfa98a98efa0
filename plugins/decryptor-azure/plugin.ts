import { decodeBase64Url, defineDecryptor, PluginError } from '@flux-host/sdk/typescript';
import { answerOf, ask } from '../decryptor-common/ask.ts';
import { readCredentials } from '../decryptor-common/credentials.ts';
import { fieldOf, isRecord, optionalField } from '../decryptor-common/entry.ts';
import { accessToken, authorities } from './token.ts';

const service = 'Azure Key Vault';
const entry = 'sops.azure-kv';
/** Domains of vaults: a token goes nowhere else, whatever address a file names. */
const domains = [
  'vault.azure.net',
  'managedhsm.azure.net',
  'vault.azure.cn',
  'vault.usgovcloudapi.net',
  'vault.microsoftazure.de',
];

export default defineDecryptor({
  name: 'decryptor-azure',
  type: 'azure_kv',
  requests: {
    network: [...domains.map((domain) => `*.${domain}`), ...authorities],
    secretKeys: [entry],
    identity: {
      cloud: 'azure',
      scope: 'https://vault.azure.net/.default',
      hosts: ['*.vault.azure.net'],
    },
    memory: '64Mi',
    timeout: '30s',
  },
  async decrypt({ key, secret }) {
    const vault = new URL(fieldOf(key, 'vault_url'));
    const domain = domains.find((known) => vault.hostname.endsWith(`.${known}`));
    if (!domain || vault.protocol !== 'https:') throw new PluginError(`${vault.host} is no vault of Azure`);
    const credentials = secret.bytes(entry);
    const token = credentials
      ? await accessToken(readCredentials(entry, credentials), `https://${domain}/.default`)
      : undefined;
    const name = encodeURIComponent(fieldOf(key, 'name'));
    const version = encodeURIComponent(optionalField(key, 'version') ?? '');
    const text = await ask({
      service,
      url: `${vault.origin}/keys/${name}/${version}${version ? '/' : ''}decrypt?api-version=7.4`,
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ alg: 'RSA-OAEP-256', value: fieldOf(key, 'enc') }),
      errorIn: (answer) => {
        const error = isRecord(answer) ? answer['error'] : undefined;
        return isRecord(error) ? optionalField(error, 'message') : undefined;
      },
      hints: {
        401: 'there are no credentials: set up workload identity for the host or spec.decryption.serviceAccountName, or add the entry sops.azure-kv',
        403: 'the identity needs the right to decrypt with the key (Key Vault Crypto User)',
      },
    });
    const value = optionalField(answerOf(service, text), 'value');
    if (!value) throw new PluginError(`${service} gives no key`);
    return { dataKey: decodeBase64Url(value) };
  },
});
