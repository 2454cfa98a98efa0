import { decodeBase64, defineDecryptor, PluginError } from '@flux-host/sdk/typescript';
import { answerOf, ask } from '../decryptor-common/ask.ts';
import { fieldOf, isRecord, optionalField } from '../decryptor-common/entry.ts';
import { accessToken } from './service-account.ts';

const service = 'Google Cloud KMS';
const host = 'cloudkms.googleapis.com';
const entry = 'sops.gcp-kms';
const resource = /^projects\/[^/\s]+\/locations\/[^/\s]+\/keyRings\/[^/\s]+\/cryptoKeys\/[^/\s]+$/;

export default defineDecryptor({
  name: 'decryptor-gcp',
  type: 'gcp_kms',
  requests: {
    network: [host],
    secretKeys: [entry],
    identity: { cloud: 'gcp', scope: 'https://www.googleapis.com/auth/cloudkms', hosts: [host] },
    memory: '64Mi',
    timeout: '30s',
  },
  async decrypt({ key, secret }) {
    const name = fieldOf(key, 'resource_id');
    if (!resource.test(name)) throw new PluginError(`no valid resource ID found in '${name.slice(0, 200)}'`);
    const json = secret.get(entry);
    const token =
      json === undefined
        ? undefined
        : accessToken(json.trim(), { audience: `https://${host}/`, now: Date.now() });
    const text = await ask({
      service,
      url: `https://${host}/v1/${name.split('/').map(encodeURIComponent).join('/')}:decrypt`,
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ ciphertext: fieldOf(key, 'enc') }),
      errorIn: (answer) => {
        const error = isRecord(answer) ? answer['error'] : undefined;
        return isRecord(error) ? optionalField(error, 'message') : undefined;
      },
      hints: {
        401: 'there are no credentials: set up workload identity for the host or spec.decryption.serviceAccountName, or add the entry sops.gcp-kms',
        403: 'the identity needs cloudkms.cryptoKeyVersions.useToDecrypt on the key (Cloud KMS CryptoKey Decrypter)',
      },
    });
    const plain = optionalField(answerOf(service, text), 'plaintext');
    if (!plain) throw new PluginError(`${service} gives no key`);
    return { dataKey: decodeBase64(plain) };
  },
});
