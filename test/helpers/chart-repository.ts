import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { dirname, join } from 'node:path';
import { type Certificates, createCertificates } from './git/certificates.ts';
import { listen } from './git/listen.ts';
import { temporaryFolder } from './git/temporary.ts';
import { type Helm, startHelm } from './helm.ts';

export interface ChartRepositoryOptions {
  /** What a client has to show. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** HTTPS with an authority of its own; `client` also demands a client certificate from it. */
  readonly tls?: 'server' | 'client';
  /** Address of the charts in the index; default: relative to the index. */
  readonly chartsUrl?: string;
  /** A helm that is there already. */
  readonly helm?: Helm;
}

/** Answers a request itself (a failure, a redirect, silence) when it returns true. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Files of a chart beside `Chart.yaml`. */
export type ChartFiles = Readonly<Record<string, string | Uint8Array>>;

/** A repository as they are on the web: archives by the real helm, an index by the real helm, and a server of files. */
export interface ChartRepository {
  /** Without a trailing slash. */
  readonly url: string;
  readonly dir: string;
  readonly helm: Helm;
  readonly certificates: Certificates | undefined;
  /** `GET /index.yaml 200`, … */
  readonly requests: readonly string[];
  /** Headers of the last request to a path. */
  headersOf(path: string): IncomingMessage['headers'] | undefined;
  intercept: Intercept | undefined;
  /** Packages a chart and writes the index anew. @returns the archive */
  publish(name: string, version: string, files?: ChartFiles): Promise<Buffer>;
  /** Writes the index of what is there. */
  index(): Promise<void>;
  /** Puts a file next to the index. */
  put(path: string, content: string | Uint8Array): void;
  /** Makes a file look as if it was changed so many seconds ago. */
  age(path: string, seconds: number): void;
  forget(): void;
  close(): Promise<void>;
}

/** Starts a repository on a free port of 127.0.0.1. */
export async function startChartRepository(options: ChartRepositoryOptions = {}): Promise<ChartRepository> {
  const helm = options.helm ?? (await startHelm());
  const root = temporaryFolder('flux-host-charts-');
  const dir = join(root, 'served');
  mkdirSync(dir);
  const requests: string[] = [];
  const headers = new Map<string, IncomingMessage['headers']>();
  const certificates = options.tls ? await createCertificates() : undefined;
  let count = 0;
  const handler: RequestListener = (request, response) => {
    const path = request.url ?? '';
    headers.set(path, request.headers);
    response.on('close', () => requests.push(`${request.method} ${path} ${response.statusCode}`));
    if (repository.intercept?.(request, response)) return;
    if (!isAllowed(request, options.auth)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end('unauthorized\n');
      return;
    }
    sendFile(join(dir, path.replace(/\?.*/, '')), request, response).catch(() => response.destroy());
  };
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
  const repository: ChartRepository = {
    url,
    dir,
    helm,
    certificates,
    requests,
    intercept: undefined,
    headersOf: (path) => headers.get(path),
    async publish(name, version, files = {}) {
      count += 1;
      const source = join(root, String(count), name);
      writeChart(source, { name, version, files });
      await helm.run(['package', source, '--destination', dir]);
      await this.index();
      return readFile(join(dir, `${name}-${version}.tgz`));
    },
    async index() {
      await helm.run(['repo', 'index', dir, ...(options.chartsUrl ? ['--url', options.chartsUrl] : [])]);
    },
    put: (path, content) => writeFileSync(join(dir, path), content),
    age(path, seconds) {
      const time = Date.now() / 1000 - seconds;
      utimesSync(join(dir, path), time, time);
    },
    forget() {
      requests.length = 0;
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      if (!options.helm) await helm.close();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return repository;
}

/** Writes a chart with one template to a folder. */
export function writeChart(
  dir: string,
  { name, version, files = {} }: { name: string; version: string; files?: ChartFiles },
): void {
  const all: ChartFiles = {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
    'values.yaml': 'colour: red\nsize:\n  width: 1\n  height: 2\n',
    'templates/configmap.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  colour: {{ .Values.colour }}\n',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

function isAllowed({ headers }: IncomingMessage, auth: ChartRepositoryOptions['auth']): boolean {
  if (!auth) return true;
  const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  return headers.authorization === `Basic ${pair}`;
}

async function sendFile(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) {
    response.writeHead(404).end('not found\n');
    return;
  }
  const etag = `"${info.mtimeMs.toString(16)}-${info.size.toString(16)}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Last-Modified', info.mtime.toUTCString());
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
  else response.writeHead(200, { 'Content-Length': info.size }).end(await readFile(path));
}
