import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Rendered } from '../render/render.ts';

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);

/** A build's result as it is kept: compressed JSON is about a fifteenth of the objects' size in memory. */
export interface Packed {
  readonly chunks: readonly Uint8Array[];
  readonly digest: string;
  readonly reads: readonly string[];
  readonly secrets: readonly string[];
}

/** Compresses in Node's thread pool. */
export async function packed(
  rendered: Rendered,
  { reads, secrets }: Pick<Packed, 'reads' | 'secrets'>,
): Promise<Packed> {
  const chunks = await Promise.all(rendered.chunks.map((chunk) => pack(chunk, { level: 3 })));
  return { chunks, digest: rendered.digest, reads, secrets };
}

export function unpacked({ chunks }: Packed): Promise<Uint8Array[]> {
  return Promise.all(chunks.map((chunk) => unpack(chunk)));
}

/** Bytes that a result occupies, roughly. */
export function sizeOf({ chunks, reads, secrets }: Packed): number {
  const names = [...reads, ...secrets].reduce((sum, name) => sum + 2 * name.length + 32, 0);
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength + 128, names);
}
