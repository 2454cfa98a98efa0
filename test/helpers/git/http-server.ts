import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { serveGit } from './backend.ts';
import { type Certificates, createCertificates } from './certificates.ts';
import { listen } from './listen.ts';
import { createRepository, type Repository } from './repository.ts';
import { temporaryFolder } from './temporary.ts';
import type { Change } from './tree.ts';

/** What a client has to show; without any everyone may read and write. */
export type GitServerAuth =
  | { readonly username: string; readonly password: string }
  | { readonly bearer: string };

/** Options of {@link startGitServer}. */
export interface GitServerOptions {
  readonly auth?: GitServerAuth;
  /** Serve HTTPS with an authority of its own; `client` also demands a client certificate from it. */
  readonly tls?: 'server' | 'client';
  /** Answers a request itself (a failure, a redirect, silence) when it returns true. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A request that the server saw. */
export interface SeenRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Status of the answer; 0 as long as there is none. */
  readonly status: number;
}

/** Real Git over real HTTP. */
export interface GitServer {
  /** Without a trailing slash. */
  readonly url: string;
  /** Folder of the bare repositories. */
  readonly root: string;
  /** Only with TLS. */
  readonly certificates: Certificates | undefined;
  /** Every request so far. */
  readonly requests: readonly SeenRequest[];
  /** Makes `<name>.git` on the server, with files in a first commit. */
  createRepository(name: string, files?: Change['files']): Promise<Repository & { readonly url: string }>;
  /** Forgets the requests seen so far. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts a Git server on a free port of 127.0.0.1; its repositories are removed with it. */
export async function startGitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const root = temporaryFolder('flux-host-git-');
  const requests: { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] }[] = [];
  const handler: RequestListener = (request, response) => {
    const { method = '', url = '', headers } = request;
    const seen = { method, path: url, headers, status: 0 };
    requests.push(seen);
    response.on('close', () => {
      if (response.headersSent) seen.status = response.statusCode;
    });
    if (options.intercept?.(request, response)) return;
    if (isAllowed(request, options.auth)) serveGit(root, request, response);
    else refuse(response, options.auth);
  };
  const certificates = options.tls ? await createCertificates() : undefined;
  const server = certificates
    ? createTlsServer(
        {
          ...certificates.server,
          ...(options.tls === 'client'
            ? { ca: certificates.ca, requestCert: true, rejectUnauthorized: true }
            : {}),
        },
        handler,
      )
    : createServer(handler);
  const url = `${certificates ? 'https' : 'http'}://127.0.0.1:${await listen(server)}`;
  return {
    url,
    root,
    certificates,
    requests,
    async createRepository(name, files) {
      const repository = await createRepository(join(root, `${name}.git`), files ? { files } : {});
      // Allows pushes without a login too; whoever must log in is refused before Git runs.
      await repository.git('config', 'http.receivepack', 'true');
      return { ...repository, url: `${url}/${name}.git` };
    },
    forget() {
      requests.length = 0;
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function isAllowed(request: IncomingMessage, auth: GitServerAuth | undefined): boolean {
  if (!auth) return true;
  const wanted =
    'bearer' in auth
      ? `Bearer ${auth.bearer}`
      : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  return request.headers.authorization === wanted;
}

function refuse(response: ServerResponse, auth: GitServerAuth | undefined): void {
  const scheme = auth && 'bearer' in auth ? 'Bearer' : 'Basic';
  response.writeHead(401, { 'www-authenticate': `${scheme} realm="test"` }).end('authentication required\n');
}
