import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Rendered } from '../render/render.ts';

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);

/** Below this a chunk is kept as it is, bytes: it is read at every interval, and starting a decompressor costs more than the memory is worth. */
const smallBytes = 16 * 1024;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly deflated: boolean;
}

/** A build's result as it is kept: compressed JSON is about a fifteenth of the objects' size in memory. */
export interface Packed {
  readonly chunks: readonly Chunk[];
  readonly digest: string;
  readonly reads: readonly string[];
  readonly secrets: readonly string[];
}

/** Compresses in Node's thread pool. */
export async function packed(
  rendered: Rendered,
  { reads, secrets }: Pick<Packed, 'reads' | 'secrets'>,
): Promise<Packed> {
  const chunks = await Promise.all(rendered.chunks.map(packChunk));
  return { chunks, digest: rendered.digest, reads, secrets };
}

export function unpacked({ chunks }: Packed): Promise<Uint8Array[]> {
  return Promise.all(chunks.map(({ bytes, deflated }) => (deflated ? unpack(bytes) : bytes)));
}

async function packChunk(chunk: Uint8Array): Promise<Chunk> {
  // A copy: a chunk may be a view of a buffer that is much larger.
  if (chunk.byteLength <= smallBytes) return { bytes: chunk.slice(), deflated: false };
  return { bytes: await pack(chunk, { level: 3 }), deflated: true };
}

/** Bytes that a result occupies, roughly. */
export function sizeOf({ chunks, reads, secrets }: Packed): number {
  const names = [...reads, ...secrets].reduce((sum, name) => sum + 2 * name.length + 32, 0);
  return chunks.reduce((sum, { bytes }) => sum + bytes.byteLength + 128, names);
}
