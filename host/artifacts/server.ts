import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Address } from '../http/address.ts';
import { parseRange } from '../http/range.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { hasCode } from './errors.ts';
import { storePath } from './layout.ts';

/**
 * Serves `/<kind>/<namespace>/<name>/<file>` of a store, for GET and HEAD, with ranges and conditions; nothing else: no listings, no hidden
 * files, no links that leave the artifact's folder. Plain node:http: one route, and hono's static files would need all of the below again.
 * @throws FluxError FLUX_E_LISTEN
 */
export function startArtifactServer(options: {
  root: string;
  address: Address;
  graceMs?: number;
}): Promise<HttpServer> {
  const { root, address, ...rest } = options;
  return startHttpServer({
    address,
    name: 'artifact',
    ...rest,
    handler: (request, response) => {
      serve(root, request, response).catch(() => response.destroy());
    },
  });
}

async function serve(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return finish(response, 405, 'method not allowed');
  }
  const path = await resolvePath(root, request.url ?? '');
  const file = path === undefined ? undefined : await openFile(path);
  if (!file) return finish(response, 404, 'artifact not found');
  try {
    await sendFile(file, { request, response, name: request.url ?? '' });
  } finally {
    await file.close();
  }
}

function finish(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** The file that a URL names, links of the store resolved; undefined for anything that is not an artifact's path. */
async function resolvePath(root: string, url: string): Promise<string | undefined> {
  const parts = decoded(url)?.split('/').slice(1) ?? [];
  if (
    parts.length !== 4 ||
    parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock'))
  )
    return undefined;
  try {
    const path = storePath(root, parts.join('/'));
    if (!(await lstat(path)).isSymbolicLink()) return path;
    // Flux writes absolute links, this store relative ones; either way only a neighbour is served.
    const name = (await readlink(path)).split('/').at(-1) ?? '';
    return name === '' || name.startsWith('.') ? undefined : join(dirname(path), name);
  } catch {
    return undefined;
  }
}

function decoded(url: string): string | undefined {
  const [path = ''] = url.split(/[?#]/, 1);
  try {
    // An encoded slash or zero byte never is part of an artifact's name.
    return /%2f|%00|%5c/i.test(path) ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** An open file outlives its name: deleting or replacing the artifact does not disturb those who are downloading it. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG', 'ENXIO')) return undefined;
    throw error;
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly name: string;
}

async function sendFile(file: FileHandle, { request, response, name }: Exchange): Promise<void> {
  const info = await file.stat({ bigint: true });
  if (!info.isFile()) return finish(response, 404, 'artifact not found');
  const size = Number(info.size);
  const modified = new Date(Number(info.mtimeMs));
  const tag = `"${info.size.toString(16)}-${info.mtimeNs.toString(16)}-${info.ino.toString(16)}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Last-Modified', modified.toUTCString());
  response.setHeader('Accept-Ranges', 'bytes');
  if (isUnchanged(request, tag, modified)) {
    response.writeHead(304).end();
    return;
  }
  const range = isRangeCurrent(request, tag) ? parseRange(request.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    return finish(response, 416, 'range not satisfiable');
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  response.writeHead(range ? 206 : 200, {
    'Content-Type': contentType(name),
    'Content-Length': end - start + 1,
  });
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  await pipeline(file.createReadStream({ start, end, highWaterMark: 256 * 1024 }), response);
}

/** `If-None-Match` has the last word where both are there (RFC 9110 §13.2.2). */
function isUnchanged({ headers }: IncomingMessage, tag: string, modified: Date): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    return tags.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === tag);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(modified.getTime() / 1000) * 1000 <= since;
}

/** A range of a file that changed since would not fit to what the client has. */
function isRangeCurrent({ headers }: IncomingMessage, tag: string): boolean {
  const condition = headers['if-range'];
  return condition === undefined || condition === tag;
}

function contentType(name: string): string {
  if (/\.(tar\.gz|tgz|gz)$/.test(name)) return 'application/gzip';
  if (/\.ya?ml$/.test(name)) return 'application/yaml';
  return 'application/octet-stream';
}
