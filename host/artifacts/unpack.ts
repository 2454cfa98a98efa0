import { closeSync, constants, mkdirSync, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { writeAll } from './files.ts';
import { createTarReader, type EntrySink, type ReadEntry } from './tar-reader.ts';

export interface UnpackLimits {
  /** Bytes of all entries; -1 for no limit. */
  readonly maxBytes: number;
  /** Entries of any type, extended headers included; -1 for no limit. */
  readonly maxEntries: number;
}

/** Enough for any tree that makes sense; keeps a compressed bomb from filling the volume. */
export const DEFAULT_UNPACK_LIMITS: UnpackLimits = { maxBytes: 4 * 1024 ** 3, maxEntries: 1_000_000 };

const BLOCK_ON_DISK = 4096;

/**
 * Unpacks a gzip tar, given as an open file, into a folder that nobody else writes to. Symbolic links are left out, as Flux does; hard links and devices
 * are refused, names that leave the folder too. Blocks the thread that it runs in.
 * @returns disk space of the tree in bytes
 * @throws Error with Flux's sentence, or the file system's error; what was unpacked so far stays
 */
export async function unpack(
  archive: number,
  dir: string,
  { maxBytes, maxEntries }: UnpackLimits = DEFAULT_UNPACK_LIMITS,
): Promise<{ treeBytes: number }> {
  const place = createPlacer(Buffer.from(dir));
  let bytes = 0;
  let entries = 0;
  mkdirSync(dir, { recursive: true, mode: 0o750 });
  const reader = createTarReader((entry) => {
    const name = entry.name.toString();
    bytes += entry.size;
    entries++;
    if (maxBytes >= 0 && bytes > maxBytes)
      throw new Error(`tar ${JSON.stringify(name)} is bigger than max archive size of ${maxBytes} bytes`);
    if (maxEntries >= 0 && entries > maxEntries) throw new Error(`tar has more than ${maxEntries} entries`);
    if (!isSafeName(name)) throw new Error(`tar contained invalid name error ${JSON.stringify(name)}`);
    return place.entry(entry);
  });
  const file = Readable.from(chunks(archive), { objectMode: false });
  const gunzip = createGunzip({ chunkSize: CHUNK });
  file.on('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  try {
    // Extended headers are not shown to the callback above, so raw bytes count too.
    const maxRaw =
      maxBytes < 0 || maxEntries < 0 ? Number.POSITIVE_INFINITY : maxBytes + (maxEntries + 64) * 2048;
    let raw = 0;
    for await (const chunk of gunzip) {
      raw += chunk.length;
      if (raw > maxRaw) throw new Error(`tar is bigger than max archive size of ${maxBytes} bytes`);
      reader.push(chunk);
    }
    reader.end();
  } catch (error) {
    throw readable(error);
  } finally {
    place.close();
    file.destroy();
  }
  return { treeBytes: bytes + entries * BLOCK_ON_DISK };
}

const CHUNK = 256 * 1024;

/** From the file's start. The descriptor stays open, which a ReadStream would not grant. */
function* chunks(fd: number): Generator<Buffer> {
  for (let at = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const got = readSync(fd, chunk, 0, CHUNK, at);
    if (got === 0) return;
    at += got;
    yield chunk.subarray(0, got);
  }
}

const SLASH = Buffer.from('/');

/** Puts entries into a folder; `close` gives up a file that was left unfinished. */
function createPlacer(target: Buffer): { entry(entry: ReadEntry): EntrySink | undefined; close(): void } {
  const folders = new Set<string>();
  let fd: number | undefined;
  const folder = (at: Buffer): void => {
    const key = at.toString('latin1');
    if (folders.has(key)) return;
    mkdirSync(at, { recursive: true, mode: 0o750 });
    folders.add(key);
  };
  const close = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  const entry = ({ name, type, flag, mode }: ReadEntry): EntrySink | undefined => {
    const path = Buffer.concat([target, SLASH, name]);
    if (type === 'directory') folder(path);
    if (type === 'other')
      throw new Error(`tar file entry ${name.toString()} contained unsupported file type ${flag}`);
    if (type !== 'file') return undefined;
    folder(path.subarray(0, path.lastIndexOf('/')));
    // The owner keeps reading and writing, whatever the archive says.
    const opened = openSync(path, WRITE_NEW, mode | 0o600);
    fd = opened;
    return { write: (part) => writeAll(opened, part), end: close };
  };
  return { entry, close };
}

const WRITE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/** Whether the name of an entry stays inside of the folder that it is unpacked to. */
export function isSafeName(name: string): boolean {
  return name !== '' && !/[\\\0]/.test(name) && !name.startsWith('/') && !name.split('/').includes('..');
}

function readable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR')
    return new Error('the archive is truncated: unexpected end of file', { cause: error });
  if (code === 'Z_DATA_ERROR')
    return new Error('the archive is damaged or not gzip-compressed: requires gzip-compressed body', {
      cause: error,
    });
  return error;
}
