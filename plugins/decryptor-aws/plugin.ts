import { decodeBase64, defineDecryptor, PluginError } from '@flux-host/sdk/typescript';
import { answerOf, ask } from '../decryptor-common/ask.ts';
import { readCredentials } from '../decryptor-common/credentials.ts';
import { fieldOf, isRecord, optionalField } from '../decryptor-common/entry.ts';
import { type Place, placeOf } from './arn.ts';
import { assumeRole } from './role.ts';
import { type AwsCredentials, signedHeaders } from './signature.ts';

const service = 'AWS KMS';
const entry = 'sops.aws-kms';

export default defineDecryptor({
  name: 'decryptor-aws',
  type: 'kms',
  requests: {
    network: ['*.amazonaws.com', '*.amazonaws.com.cn', '*.amazonaws.eu', '*.c2s.ic.gov', '*.sc2s.sgov.gov'],
    // A signature covers the whole request: it cannot be added on the way.
    secretKeys: [entry],
    memory: '32Mi',
    timeout: '30s',
  },
  async decrypt({ key, secret }) {
    const arn = fieldOf(key, 'arn');
    const place = placeOf(arn);
    const given = secret.bytes(entry);
    if (!given) throw noCredentials('there are no credentials for AWS');
    const own = credentialsOf(readCredentials(entry, given));
    const role = optionalField(key, 'role');
    const credentials = role ? await assumeRole(role, place, own) : own;
    const context = contextOf(key['context']);
    const body = JSON.stringify({
      KeyId: arn,
      CiphertextBlob: fieldOf(key, 'enc'),
      ...(Object.keys(context).length > 0 ? { EncryptionContext: context } : {}),
    });
    return { dataKey: await unwrapped(body, place, credentials) };
  },
});

async function unwrapped(
  body: string,
  { region, domain }: Place,
  credentials: AwsCredentials,
): Promise<Uint8Array> {
  const host = `kms.${region}.${domain}`;
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Decrypt' };
  const text = await ask({
    service,
    url: `https://${host}/`,
    headers: signedHeaders({ host, region, service: 'kms', headers, body }, credentials, Date.now()),
    body,
    errorIn,
    hints: {
      400: 'the identity needs kms:Decrypt on the key, and the encryption context has to be the one of the file',
    },
  });
  const { Plaintext: plain } = answerOf(service, text);
  if (typeof plain !== 'string') throw new PluginError(`${service} gives no key`);
  return decodeBase64(plain);
}

function errorIn(answer: unknown): string | undefined {
  if (!isRecord(answer)) return undefined;
  const type = String(answer['__type'] ?? '').replace(/^.*#/, '');
  return [type, answer['message'] ?? answer['Message']]
    .filter((part) => typeof part === 'string' && part)
    .join(': ');
}

function credentialsOf(map: Readonly<Record<string, unknown>>): AwsCredentials {
  const accessKeyId = optionalField(map, 'aws_access_key_id');
  const secretAccessKey = optionalField(map, 'aws_secret_access_key');
  const sessionToken = optionalField(map, 'aws_session_token');
  if (!accessKeyId || !secretAccessKey) {
    throw noCredentials(`${entry} has no aws_access_key_id and aws_secret_access_key`);
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

const noCredentials = (why: string) =>
  new PluginError(why, {
    hint: `put aws_access_key_id and aws_secret_access_key into the entry ${entry} of the decryption Secret, or give the host or a ServiceAccount a role`,
  });

function contextOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
  );
}
