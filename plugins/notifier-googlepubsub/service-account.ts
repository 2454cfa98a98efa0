import { invalid } from '../notifier-common/failure.ts';
import { isFields, textAt } from '../notifier-common/json.ts';
import { signedToken } from '../notifier-common/rsa/jwt.ts';
import { privateKeyOf } from '../notifier-common/rsa/private-key.ts';

/** Seconds: the longest that Google accepts. */
const tokenLife = 3600;

/**
 * A token that a service account signs itself, which Google's APIs take in place of one of its token service
 * (https://google.aip.dev/auth/4111).
 * @param json key of the service account, as Google gives it
 * @param now milliseconds since 1970
 * @throws PluginError without its content when it is none
 */
export function accessToken(json: string, { audience, now }: { audience: string; now: number }): string {
  const key = parsed(json);
  const type = textAt(key, 'type');
  if (type !== 'service_account') {
    throw invalid(
      `the credentials in the key token are of type "${type}", which cannot be used`,
      'use the JSON key of a service account, or workload identity',
    );
  }
  const email = textAt(key, 'client_email');
  const iat = Math.floor(now / 1000);
  const claims = { iss: email, sub: email, aud: audience, iat, exp: iat + tokenLife };
  try {
    return signedToken(claims, privateKeyOf(textAt(key, 'private_key')), {
      kid: textAt(key, 'private_key_id'),
    });
  } catch (error) {
    throw invalid(`the private key of the service account cannot be used: ${messageOf(error)}`);
  }
}

function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    if (isFields(value)) return value;
  } catch {
    // What the parser says shows a part of the key.
  }
  throw invalid('the key token of the Secret is no JSON', 'put the JSON key of a service account there');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
