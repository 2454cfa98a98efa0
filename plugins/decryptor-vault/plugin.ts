import { decodeBase64, defineDecryptor, PluginError } from '@flux-host/sdk/typescript';
import { answerOf, ask } from '../decryptor-common/ask.ts';
import { fieldOf, isRecord, optionalField } from '../decryptor-common/entry.ts';

const service = 'the transit engine';

export default defineDecryptor({
  name: 'decryptor-vault',
  type: 'hc_vault',
  requests: {
    network: ['$address'],
    // The token goes to the address of the key, and the plugin never sees it.
    credentials: [{ header: { name: 'X-Vault-Token', key: 'sops.vault-token' } }],
    memory: '32Mi',
    timeout: '30s',
  },
  async decrypt({ key }) {
    const text = await ask({
      service,
      url: addressOf(key),
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'X-Vault-Request': 'true' },
      body: JSON.stringify({ ciphertext: fieldOf(key, 'enc') }),
      errorIn,
      hints: {
        403: 'the token in the entry sops.vault-token is missing, has expired, or its policy does not allow update on <engine>/decrypt/<key>',
        404: 'there is no transit engine at that path, or no such key in it',
      },
    });
    const { data } = answerOf(service, text);
    const plain = isRecord(data) ? data['plaintext'] : undefined;
    if (typeof plain !== 'string') throw new PluginError(`${service} gives no key`);
    return { dataKey: decodeBase64(plain) };
  },
});

function addressOf(key: Readonly<Record<string, unknown>>): string {
  const address = new URL(fieldOf(key, 'vault_address'));
  const engine = optionalField(key, 'engine_path') ?? '';
  const parts = ['v1', ...engine.split('/'), 'decrypt', fieldOf(key, 'key_name')].filter(
    (part) => part !== '',
  );
  if (parts.some((part) => part === '..' || part === '.'))
    throw new PluginError('the path of the key is not valid');
  const base = address.pathname.replace(/\/+$/, '');
  return `${address.origin}${base}/${parts.map(encodeURIComponent).join('/')}`;
}

function errorIn(answer: unknown): string | undefined {
  const errors = isRecord(answer) ? answer['errors'] : undefined;
  return Array.isArray(errors) ? errors.filter((error) => typeof error === 'string').join(', ') : undefined;
}
