import { decodeBase64, defineDecryptor, PluginError } from '@flux-host/sdk/typescript';

/** Has the data keys of SOPS files unwrapped by a key service. */
export default defineDecryptor({
  name: 'my-plugin',
  requests: {
    // Name the hosts that are needed; an administrator grants them, or others.
    network: ['keys.example.com'],
    // The token of the decryption Secret is added by the host: the plugin never sees it.
    credentials: [
      {
        hosts: ['keys.example.com'],
        header: { name: 'Authorization', key: 'token', format: 'Bearer {}' },
      },
    ],
    memory: '32Mi',
    timeout: '15s',
  },
  // Called with one entry of the file's `sops` metadata; the file itself stays with the host.
  async decrypt({ service, key }) {
    const { address, enc } = key;
    if (typeof address !== 'string' || typeof enc !== 'string') {
      throw new PluginError(`the ${service} entry has no address or no wrapped key`, { terminal: true });
    }
    const response = await fetch(new URL('/v1/unwrap', address), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ciphertext: enc }),
    });
    if (!response.ok) throw new PluginError(`the key service answered with status ${response.status}`);
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null || !('plaintext' in answer)) {
      throw new PluginError('the key service gave no key');
    }
    return { dataKey: decodeBase64(String(answer.plaintext)) };
  },
});
