import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { isolatedEnv } from './cli.ts';

const service = '/git-upload-pack';

/** Answers a request with Git's own programs, which speak the smart HTTP protocol. */
export function serveGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = decodeURIComponent(pathname);
  const folder = join(root, path.slice(0, -service.length));
  const isFetch = request.method === 'POST' && path.endsWith(service) && existsSync(folder);
  if (isFetch) uploadPack(folder, request, response);
  else httpBackend(root, request, response);
}

/**
 * A fetch by `git upload-pack` itself: the CGI program would start two processes more for each request, and hundreds of fetches at once would be
 * about them.
 */
function uploadPack(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const child = spawn('git', ['upload-pack', '--stateless-rpc', folder], {
    env: { ...isolatedEnv, GIT_PROTOCOL: request.headers['git-protocol']?.toString() ?? '' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {});
  const zipped = request.headers['content-encoding'] === 'gzip';
  (zipped ? request.pipe(createGunzip().on('error', () => child.kill())) : request).pipe(child.stdin);
  response.on('close', () => child.kill('SIGKILL'));
  child.on('error', () => fail(response));
  response.writeHead(200, {
    'content-type': 'application/x-git-upload-pack-result',
    'cache-control': 'no-cache',
  });
  child.stdout.pipe(response);
}

let program: string | undefined;

/** Git's CGI program, without the `git` before it that only starts it. */
function httpBackendProgram(): string {
  program ??= join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  return program;
}

function httpBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const header = (name: string) => request.headers[name]?.toString() ?? '';
  const child = spawn(httpBackendProgram(), [], {
    env: {
      ...isolatedEnv,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: header('content-length'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_USER: 'test',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  response.on('close', () => child.kill('SIGKILL'));
  child.on('error', () => fail(response));
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    child.stdout.off('data', readHead);
    child.stdout.off('end', failed);
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  };
  const failed = () => fail(response);
  child.stdout.on('data', readHead);
  child.stdout.on('end', failed);
}

function fail(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(500);
  response.end('git http-backend failed');
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
