import { type KeyObject, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../git/listen.ts';

/** What asked for a token, in order. */
export interface TokenRequestSeen {
  readonly path: string;
  readonly form: URLSearchParams;
}

/** GitHub's API for Apps and Microsoft Entra ID's token endpoint on one port: what clouds have that cannot be run here. */
export interface TokenServices {
  readonly url: string;
  readonly seen: readonly TokenRequestSeen[];
  close(): Promise<void>;
}

export interface TokenServicesOptions {
  /** Public key of the App 7, which is installed as 42 for the organisation `team`. */
  readonly appKey: KeyObject;
  /** Every token that is given. */
  readonly token: string;
}

export async function startTokenServices({ appKey, token }: TokenServicesOptions): Promise<TokenServices> {
  const seen: TokenRequestSeen[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const form = new URLSearchParams(Buffer.concat(pieces).toString());
    const path = request.url ?? '';
    seen.push({ path, form });
    const [status, body] = path.endsWith('/oauth2/v2.0/token')
      ? [200, { access_token: token, expires_in: 3600 }]
      : answerOfGitHub(path, { isApp: isFromApp(request, appKey), token });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerOfGitHub(path: string, { isApp, token }: { isApp: boolean; token: string }): [number, object] {
  if (!isApp) return [401, { message: 'A JSON web token could not be decoded' }];
  if (path === '/api/v3/app/installations/42/access_tokens') {
    return [201, { token, expires_at: new Date(Date.now() + 3_600_000).toISOString() }];
  }
  if (path === '/api/v3/orgs/team/installation') return [200, { id: 42 }];
  return [404, { message: 'Not Found' }];
}

/** Signed with the App's key, in its name, and of now. */
function isFromApp({ headers }: IncomingMessage, key: KeyObject): boolean {
  const [head = '', claims = '', signature = ''] = (headers.authorization ?? '')
    .replace('Bearer ', '')
    .split('.');
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return false;
  const { iss, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return iss === '7' && exp * 1000 > Date.now();
}
