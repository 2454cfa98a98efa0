import { PluginError } from '@flux-host/sdk/typescript';
import { isRecord, optionalField } from '../decryptor-common/entry.ts';
import { signedToken } from '../notifier-common/rsa/jwt.ts';
import { privateKeyOf } from '../notifier-common/rsa/private-key.ts';

/** Seconds. */
const life = 3600;

/**
 * A token that a service account signs itself, which Google's APIs take in place of one of its token service (https://google.aip.dev/auth/4111).
 * @param json key of the account, as Google gives it
 * @throws PluginError that quotes nothing of it
 */
export function accessToken(json: string, { audience, now }: { audience: string; now: number }): string {
  const key = parsed(json);
  const email = optionalField(key, 'client_email');
  const pem = optionalField(key, 'private_key');
  if (key['type'] !== 'service_account' || !email || !pem) {
    throw unusable(`it is of type "${String(key['type'] ?? '')}"`);
  }
  const iat = Math.floor(now / 1000);
  const claims = { iss: email, sub: email, aud: audience, iat, exp: iat + life };
  const id = optionalField(key, 'private_key_id');
  try {
    return signedToken(claims, privateKeyOf(pem), id ? { kid: id } : {});
  } catch (error) {
    throw unusable(`its private key: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    if (isRecord(value)) return value;
  } catch {
    // What the parser says shows a part of the key.
  }
  throw unusable('it is no JSON');
}

const unusable = (why: string) =>
  new PluginError(`the entry sops.gcp-kms of the decryption Secret cannot be used: ${why}`, {
    hint: 'put the JSON key of a service account there, or use workload identity',
  });
