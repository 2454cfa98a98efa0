import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type KeyServer, startKeyServer } from './server.ts';

/** The API of the transit engine of OpenBao and Vault: `sops/` with the key `main`, and a login for ServiceAccounts. */
export async function startTransit(token: string): Promise<KeyServer> {
  const key = randomBytes(32);
  const wrap = (plain: string) => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const sealed = Buffer.concat([cipher.update(plain, 'base64'), cipher.final()]);
    return `vault:v1:${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')}`;
  };
  const unwrap = (text: string) => {
    const bytes = Buffer.from(text.replace('vault:v1:', ''), 'base64');
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    cipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString('base64');
  };
  return startKeyServer(({ method, path, headers, body }) => {
    if (path === '/v1/auth/kubernetes/login') return { status: 200, body: { auth: { client_token: token } } };
    if (headers['x-vault-token'] !== token) return { status: 403, body: { errors: ['permission denied'] } };
    const input: Record<string, string> = JSON.parse(body || '{}');
    if (method !== 'PUT' && method !== 'POST')
      return { status: 405, body: { errors: ['unsupported operation'] } };
    if (path === '/v1/sops/encrypt/main')
      return { status: 200, body: { data: { ciphertext: wrap(input['plaintext'] ?? '') } } };
    if (path !== '/v1/sops/decrypt/main') return { status: 404, body: { errors: [] } };
    try {
      return { status: 200, body: { data: { plaintext: unwrap(input['ciphertext'] ?? '') } } };
    } catch {
      return { status: 400, body: { errors: ['cipher: message authentication failed'] } };
    }
  });
}
