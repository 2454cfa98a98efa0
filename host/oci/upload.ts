import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { sendChunks } from './chunks.ts';
import { sha256 } from './digest.ts';
import type { HttpBody } from './exchange.ts';
import { hasBlob } from './has-blob.ts';
import { locationOf } from './location.ts';
import { retrying } from './retry.ts';
import type { Transport } from './transport.ts';
import type { BlobContent, Descriptor, PushBlobOptions, Repository } from './types.ts';

/** A blob to upload. */
export interface Upload {
  readonly repository: Repository;
  readonly digest: string;
  readonly size: number;
  readonly signal: AbortSignal | undefined;
  /** All of it. */
  readonly body: HttpBody;
  /** A part of it. */
  part(begin: number, end: number): Promise<Uint8Array>;
}

const answerBytes = 64 * 1024;

/** See `OciClient.pushBlob`. */
export async function pushBlob(
  transport: Transport,
  repository: Repository,
  { content, chunkBytes, mountFrom, signal }: PushBlobOptions & { content: BlobContent },
): Promise<Descriptor> {
  const upload = await uploadOf(repository, content, signal);
  const descriptor = {
    mediaType: 'application/octet-stream',
    digest: upload.digest,
    size: upload.size,
  };
  const there = { repository, digest: upload.digest, actions: 'pull,push', signal } as const;
  if (await hasBlob(transport, there)) return descriptor;
  // An upload that failed half-way is begun anew: what the registry did with it is not known.
  await retrying({ ...transport.retry, signal }, async () => {
    const location = await begin(transport, upload, mountFrom);
    if (location === undefined) return;
    const last =
      chunkBytes === undefined ? location : await sendChunks(transport, upload, { location, chunkBytes });
    await finish(transport, upload, {
      location: last,
      body: chunkBytes === undefined ? upload.body : undefined,
    });
  });
  return descriptor;
}

/** The address to send to; undefined when the blob was mounted. */
async function begin(
  transport: Transport,
  { repository, digest, signal }: Upload,
  mountFrom: string | undefined,
): Promise<URL | undefined> {
  const query = mountFrom === undefined ? '' : `?mount=${digest}&from=${encodeURIComponent(mountFrom)}`;
  const response = await transport.send({
    repository,
    method: 'POST',
    actions: 'pull,push',
    alsoFrom: mountFrom,
    at: `blobs/uploads/${query}`,
    body: new Uint8Array(0),
    expect: [201, 202],
    maxBytes: answerBytes,
    retries: 0,
    signal,
  });
  await response.drain();
  return response.status === 201 ? undefined : locationOf(response);
}

async function finish(
  transport: Transport,
  { repository, digest, signal }: Upload,
  { location, body = new Uint8Array(0) }: { location: URL; body: HttpBody | undefined },
): Promise<void> {
  const at = new URL(location);
  at.searchParams.set('digest', digest);
  const response = await transport.send({
    repository,
    method: 'PUT',
    actions: 'pull,push',
    at,
    headers: [['content-type', 'application/octet-stream']],
    body,
    expect: [201, 204],
    maxBytes: answerBytes,
    retries: 0,
    signal,
  });
  await response.drain();
}

async function uploadOf(
  repository: Repository,
  content: BlobContent,
  signal: AbortSignal | undefined,
): Promise<Upload> {
  if (content instanceof Uint8Array) {
    const part = async (begin: number, end: number) => content.subarray(begin, end);
    return { repository, signal, digest: sha256(content), size: content.length, body: content, part };
  }
  const { file } = content;
  const { size } = await stat(file);
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, signal ? { signal } : {})) hash.update(piece);
  return {
    repository,
    signal,
    size,
    digest: `sha256:${hash.digest('hex')}`,
    body: { length: size, open: () => createReadStream(file) },
    part: (begin, end) => readPart(file, begin, end),
  };
}

async function readPart(file: string, begin: number, end: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(end - begin);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, begin);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
