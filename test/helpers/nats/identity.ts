import { generateKeyPairSync, sign } from 'node:crypto';
import { base32Encode } from '@flux-host/plugins/notifier-nats/base32.ts';
import { crc16 } from '@flux-host/plugins/notifier-nats/crc16.ts';

/** First bytes of keys in NATS's notation. */
const kinds = { operator: 14 << 3, account: 0, user: 20 << 3 } as const;
const seedMark = 18 << 3;

/** A key of NATS (https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth). */
export interface Identity {
  readonly publicKey: string;
  readonly seed: string;
  sign(text: string): string;
}

export function createIdentity(kind: keyof typeof kinds): Identity {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  const mark = kinds[kind];
  return {
    publicKey: notation([mark, ...Buffer.from(x, 'base64url')]),
    seed: notation([seedMark | (mark >> 5), (mark & 31) << 3, ...Buffer.from(d, 'base64url')]),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  };
}

function notation(bytes: readonly number[]): string {
  const body = Uint8Array.from(bytes);
  const checksum = crc16(body);
  return base32Encode(Uint8Array.from([...body, checksum & 0xff, checksum >> 8]));
}

/** A file of credentials as `nsc` writes it. */
export function credentialsFile(jwt: string, { seed }: Identity): string {
  return [
    '-----BEGIN NATS USER JWT-----',
    jwt,
    '------END NATS USER JWT------',
    '',
    '************************* IMPORTANT *************************',
    'NKEY Seed printed below can be used to sign and prove identity.',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seed,
    '------END USER NKEY SEED------',
    '',
  ].join('\n');
}

/** An operator with one account, and users of it. */
export interface Operator {
  readonly jwt: string;
  readonly account: { readonly publicKey: string; readonly jwt: string };
  user(): { readonly jwt: string; readonly identity: Identity };
}

const unlimited = { subs: -1, data: -1, payload: -1 };

export function createOperator(): Operator {
  const operator = createIdentity('operator');
  const account = createIdentity('account');
  const limits = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  return {
    jwt: token(operator, operator, { type: 'operator' }),
    account: { publicKey: account.publicKey, jwt: token(operator, account, { type: 'account', limits }) },
    user() {
      const identity = createIdentity('user');
      const jwt = token(account, identity, { type: 'user', pub: {}, sub: {}, ...unlimited });
      return { jwt, identity };
    },
  };
}

function token(issuer: Identity, subject: Identity, claims: object): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({
    jti: subject.publicKey,
    iat: Math.floor(Date.now() / 1000) - 60,
    iss: issuer.publicKey,
    name: 'test',
    sub: subject.publicKey,
    nats: { version: 2, ...claims },
  })}`;
  return `${text}.${issuer.sign(text)}`;
}
