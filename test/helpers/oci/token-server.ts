import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Certificates } from '../git/certificates.ts';
import { listen } from '../git/listen.ts';

/** Gives tokens for a registry, as Docker Hub's does. */
export interface TokenServer {
  readonly url: string;
  /** For the registry's configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Every request for a token so far. */
  readonly requests: readonly TokenRequest[];
  /** A refresh token that it takes instead of the password. */
  readonly identityToken: string;
  /** Seconds until tokens end; 300 at the start. */
  lifetime: number;
  stop(): Promise<void>;
}

export interface TokenRequest {
  readonly method: string;
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

export interface TokenServerOptions {
  readonly username: string;
  readonly password: string;
  readonly anonymousPull?: boolean;
  readonly certificates: Certificates | undefined;
  /** Writes a file for the registry and returns its path. */
  file(name: string, content: string): string;
}

const [issuer, service] = ['test issuer', 'test registry'];

/** Starts a token server; with certificates it has TLS. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'ES256' };
  const requests: TokenRequest[] = [];
  const identityToken = randomUUID();
  const state = { lifetime: 300 };

  const tokenFor = (user: string | undefined, scopes: readonly string[]): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: issuer, aud: service, sub: user ?? '', jti: randomUUID() },
      // The registry allows a minute more: a token of no length is one that ended long ago.
      ...{ iat: now, nbf: now - 3600, exp: now + (state.lifetime > 0 ? state.lifetime : -3600) },
      access: scopes.flatMap((scope) => access(scope, user !== undefined)),
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ typ: 'JWT', alg: 'ES256', kid: 'test' })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams((await request.toArray()).join(''));
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const scopes = [...searchParams.getAll('scope'), ...form.getAll('scope')].flatMap((one) =>
      one.split(' '),
    );
    const login = form.get('refresh_token') ?? request.headers.authorization;
    const user = userOf(login, options, identityToken);
    requests.push({ method: request.method ?? '', user, scopes });
    if (user === undefined && (login !== undefined || !options.anonymousPull)) {
      response
        .writeHead(401)
        .end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'wrong password' }] }));
      return;
    }
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ token: tokenFor(user, scopes), expires_in: Math.max(1, state.lifetime) }));
  };

  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const server = options.certificates
    ? createTlsServer({ ...options.certificates.server }, listener)
    : createServer(listener);
  const url = `${options.certificates ? 'https' : 'http'}://127.0.0.1:${await listen(server)}/token`;
  return {
    url,
    requests,
    identityToken,
    settings: {
      ...{ realm: url, issuer, service, signingalgorithms: ['ES256'] },
      jwks: options.file('keys.json', JSON.stringify({ keys: [key] })),
    },
    get lifetime() {
      return state.lifetime;
    },
    set lifetime(seconds) {
      state.lifetime = seconds;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function userOf(
  login: string | undefined,
  { username, password }: TokenServerOptions,
  identityToken: string,
): string | undefined {
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return login === basic || login === identityToken ? username : undefined;
}

/** What a scope (`repository:name:pull,push`) gives: everything to users, pulls to others. */
function access(scope: string, known: boolean): { type: string; name: string; actions: string[] }[] {
  const [, type, name, actions] = /^(\w+):(.+):([\w,*]+)$/.exec(scope) ?? [];
  if (type === undefined || name === undefined || actions === undefined) return [];
  return [{ type, name, actions: actions.split(',').filter((action) => known || action === 'pull') }];
}
