import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { HttpSaved } from '@flux-host/sdk/contract/host-functions.ts';
import { badArchive, badRequest, bodyTooLarge, digestMismatch } from './egress/errors.ts';
import type { BodyCheck } from './protocol.ts';

/** A body whose digest is taken while it is read. */
export interface CheckedBody {
  /** Ends with an error when the body is not what was asked for. */
  readonly pieces: AsyncIterator<Uint8Array>;
  /** After the end; undefined before. */
  result(): HttpSaved | undefined;
}

const digestForm = /^(sha256|sha512):[0-9a-f]+$/;
const piece = 256 * 1024;

/**
 * Takes the digest of a body as it comes over the wire and decompresses it after that. Decompression is done by Node's own threads.
 * @throws FluxError FLUX_E_EGRESS_REQUEST for a digest that is none
 */
export function checkedBody(
  body: AsyncIterator<Uint8Array>,
  { gunzip, digest, maxBytes }: BodyCheck,
): CheckedBody {
  if (digest !== undefined && !digestForm.test(digest)) throw badRequest(`"${digest}" is no digest`);
  const algorithm = digest?.slice(0, digest.indexOf(':')) ?? 'sha256';
  const hash = createHash(algorithm);
  let size = 0;
  let result: HttpSaved | undefined;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of { [Symbol.asyncIterator]: () => body }) {
      size += part.length;
      if (maxBytes !== undefined && size > maxBytes) throw bodyTooLarge(maxBytes);
      hash.update(part);
      yield part;
    }
    const actual = `${algorithm}:${hash.digest('hex')}`;
    if (digest !== undefined && actual !== digest) throw digestMismatch(digest, actual);
    result = { size, digest: actual };
  };
  return { pieces: gunzip ? decompressed(source()) : source(), result: () => result };
}

/**
 * What is behind the end of the compressed data is read as well, as the digest covers it. An error of the source, a wrong digest for
 * one, comes before what it did to the decompression.
 */
async function* decompressed(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: piece });
  let state: 'decompress' | 'drain' | 'stop' = 'decompress';
  let wake = () => {};
  gunzip.on('drain', () => wake());
  const become = (next: 'drain' | 'stop') => {
    state = next;
    wake();
  };
  const feed = async () => {
    for await (const part of source) {
      if (state === 'stop') return;
      if (state === 'drain' || gunzip.write(part)) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    gunzip.end();
  };
  const feeding = feed();
  feeding.catch((error: Error) => gunzip.destroy(error));
  try {
    for await (const part of gunzip) yield part;
    become('drain');
    await feeding;
  } catch (error) {
    become('drain');
    await feeding;
    throw badArchive(archiveText(error), error);
  } finally {
    become('stop');
    gunzip.destroy();
  }
}

function archiveText(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return 'it is cut off';
  if (code === 'Z_DATA_ERROR') return 'it is damaged, or not compressed with gzip';
  return error instanceof Error ? error.message : String(error);
}
