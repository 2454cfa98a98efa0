import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { manifestSection } from '@flux-host/sdk/contract/manifest.ts';
import { wasmReader } from '@flux-host/sdk/module/reader.ts';
import { assemble, sectionId, sections, type WasmSection } from '@flux-host/sdk/module/sections.ts';
import { exportSection } from './interface.ts';

/** A module without its code and data: all that is needed to judge it, in a few kilobytes. */
export interface Skeleton {
  readonly bytes: Uint8Array;
  /** `sha256:<hex>` of the whole file. */
  readonly digest: string;
  readonly size: number;
}

const headerBytes = 8;
/** Identifier and length of a section. */
const longestPrefix = 11;
const wanted: ReadonlySet<number> = new Set([
  sectionId.type,
  sectionId.import,
  sectionId.table,
  sectionId.memory,
  exportSection,
]);
/** More of one section is not read. */
const largestSection = 8 * 2 ** 20;

/**
 * Reads what says something about a module from its file: fifty plugins are known without fifty modules in memory.
 * @throws RangeError that completes "the file …", as `sections` does; the error of the file system
 */
export async function readSkeleton(file: string, maxBytes: number): Promise<Skeleton> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw new RangeError(`has ${size} bytes, at most ${maxBytes} are allowed`);
    const parts = await readSections(handle, size);
    return { bytes: assemble(parts), digest: await fileDigest(file), size };
  } finally {
    await handle.close();
  }
}

/** `sha256:<hex>` of a file, read in pieces. */
export async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}

async function readSections(file: FileHandle, size: number): Promise<WasmSection[]> {
  // Says in the same words as ever what is wrong with the header.
  sections(await read(file, 0, Math.min(headerBytes, size)));
  const found: WasmSection[] = [];
  for (let at = headerBytes; at < size; ) {
    const prefix = await read(file, at, Math.min(longestPrefix, size - at));
    const { id, length, start } = prefixOf(prefix, at);
    if (start + length > size) throw cutOff();
    at = start + length;
    if (id === sectionId.custom) {
      if (await isManifest(file, start, length)) found.push(await section(file, { id, start, length }));
    } else if (wanted.has(id)) {
      found.push(await section(file, { id, start, length }));
    }
  }
  return found;
}

function prefixOf(prefix: Uint8Array, at: number): { id: number; length: number; start: number } {
  try {
    const reader = wasmReader(prefix);
    const id = reader.byte();
    const length = reader.unsigned();
    return { id, length, start: at + reader.offset };
  } catch (error) {
    throw cutOff(error);
  }
}

async function isManifest(file: FileHandle, start: number, length: number): Promise<boolean> {
  const head = await read(file, start, Math.min(length, manifestSection.length + longestPrefix));
  const name = new TextEncoder().encode(manifestSection);
  try {
    const reader = wasmReader(head);
    return reader.unsigned() === name.length && Buffer.from(reader.bytes(name.length)).equals(name);
  } catch {
    return false;
  }
}

async function section(
  file: FileHandle,
  { id, start, length }: { id: number; start: number; length: number },
): Promise<WasmSection> {
  if (length > largestSection)
    throw new RangeError(`has a section of ${length} bytes where few are expected`);
  return { id, body: await read(file, start, length) };
}

async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(length), position });
  if (bytesRead < length) throw cutOff();
  return buffer;
}

const cutOff = (cause?: unknown) => new RangeError('is cut off: the last section is incomplete', { cause });
