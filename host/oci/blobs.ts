import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hasCode } from '../artifacts/errors.ts';
import { digestCheck } from './digest.ts';
import { cutOff, sizeMismatch, tooLarge } from './errors.ts';
import type { HttpResponse } from './exchange.ts';
import { formatReference } from './reference.ts';
import { pause, waitBefore } from './retry.ts';
import type { Transport } from './transport.ts';
import type { BlobOptions, Descriptor, Repository } from './types.ts';

/** Bytes after which a broken connection is nothing to give up for. */
const progress = 2 ** 20;

/** See `OciClient.blob`. */
export async function* blob(
  transport: Transport,
  repository: Repository,
  { descriptor, maxBytes, signal }: BlobOptions & { descriptor: Descriptor },
): AsyncGenerator<Uint8Array> {
  const { digest, size } = descriptor;
  const { registry, name } = repository;
  const what = `blob ${formatReference({ registry, name, digest })}`;
  if (size > maxBytes) throw tooLarge(what, maxBytes);
  const check = digestCheck(digest);
  let offset = 0;
  let failures = 0;
  while (offset < size || size === 0) {
    const begin = offset;
    try {
      const response = await open(transport, repository, { digest, size, offset, signal });
      for await (const piece of from(response, offset)) {
        offset += piece.length;
        if (offset > size) throw sizeMismatch(what, size);
        check.update(piece);
        yield piece;
      }
      if (offset < size) throw cutOff(what, size, offset);
      if (size === 0) break;
    } catch (error) {
      if (offset - begin >= progress) failures = 0;
      const wait = waitBefore(error, failures, { ...transport.retry, signal });
      if (wait === undefined) throw error;
      failures += 1;
      await pause(wait, signal);
    }
  }
  check.end(what);
}

interface Part {
  readonly digest: string;
  readonly size: number;
  readonly offset: number;
  readonly signal: AbortSignal | undefined;
}

function open(
  transport: Transport,
  repository: Repository,
  { digest, size, offset, signal }: Part,
): Promise<HttpResponse> {
  return transport.send({
    repository,
    method: 'GET',
    actions: 'pull',
    at: `blobs/${digest}`,
    headers: offset === 0 ? [] : [['range', `bytes=${offset}-${size - 1}`]],
    expect: [200, 206],
    maxBytes: size + 1,
    signal,
    // Counted together with connections that break later.
    retries: 0,
  });
}

/** The body from an offset on, also when the server does not know ranges. */
async function* from(response: HttpResponse, offset: number): AsyncGenerator<Uint8Array> {
  const [, first = '0'] = /^bytes (\d+)-/.exec(response.headers('content-range')[0] ?? '') ?? [];
  let skip = offset - (response.status === 206 ? Number(first) : 0);
  // A part from further on cannot be used: the digest would fail; ask again.
  if (skip < 0) return response.drain();
  for await (const piece of response.body) {
    if (skip < piece.length) yield skip === 0 ? piece : piece.subarray(skip);
    skip = Math.max(0, skip - piece.length);
  }
}

/** See `OciClient.readBlob`. */
export async function readBlob(
  transport: Transport,
  repository: Repository,
  options: BlobOptions & { descriptor: Descriptor },
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of blob(transport, repository, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** See `OciClient.saveBlob`. */
export async function saveBlob(
  transport: Transport,
  repository: Repository,
  { file, ...options }: BlobOptions & { descriptor: Descriptor; file: string },
): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(Readable.from(blob(transport, repository, options), { objectMode: false }), target);
  } catch (error) {
    // A file that was there before is somebody else's.
    if (!hasCode(error, 'EEXIST')) await rm(file, { force: true });
    throw error;
  }
}
