import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Asked, KeyServer, Said } from './server.ts';
import { startKeyServer } from './server.ts';

/** Credentials that the service knows. */
export interface KmsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The API of AWS KMS, as far as SOPS uses it. Every signature is checked, and the encryption context. */
export function startKms(credentials: KmsCredentials): Promise<KeyServer> {
  const blobs = new Map<string, { plain: string; context: string }>();
  return startKeyServer((asked) => {
    const refusal = signatureProblem(asked, credentials);
    if (refusal) return { status: 400, body: { __type: 'InvalidSignatureException', message: refusal } };
    const input = JSON.parse(asked.body);
    const context = JSON.stringify(input.EncryptionContext ?? {});
    switch (asked.headers['x-amz-target']) {
      case 'TrentService.Encrypt': {
        const blob = randomBytes(40).toString('base64');
        blobs.set(blob, { plain: input.Plaintext, context });
        return { status: 200, body: { CiphertextBlob: blob, KeyId: input.KeyId } };
      }
      case 'TrentService.Decrypt':
        return decrypted(blobs.get(input.CiphertextBlob), context, input.KeyId);
      default:
        return { status: 400, body: { __type: 'UnknownOperationException' } };
    }
  });
}

function decrypted(
  blob: { plain: string; context: string } | undefined,
  context: string,
  keyId: string,
): Said {
  if (blob?.context !== context)
    return { status: 400, body: { __type: 'InvalidCiphertextException', message: null } };
  return { status: 200, body: { KeyId: keyId, Plaintext: blob.plain } };
}

/** Signature Version 4, computed from what arrived. */
function signatureProblem(
  { method, path, headers, body }: Asked,
  credentials: KmsCredentials,
): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/kms\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, id, day = '', region = '', signed = '', signature] =
    form.exec(String(headers.authorization)) ?? [];
  if (id !== credentials.accessKeyId) return `unknown credential ${id}`;
  if (headers['x-amz-security-token'] !== credentials.sessionToken) return 'another session token';
  if (!signed.split(';').includes('x-amz-target')) return 'x-amz-target is not signed';
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}`);
  const canonical = [method, path, '', ...lines, '', signed, sha(body)].join('\n');
  const scope = `${day}/${region}/kms/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha(canonical)].join('\n');
  const key = [day, region, 'kms', 'aws4_request'].reduce<string | Buffer>(
    mac,
    `AWS4${credentials.secretAccessKey}`,
  );
  return mac(key, text).toString('hex') === signature ? undefined : 'the signature does not match';
}
