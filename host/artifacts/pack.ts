import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { createGzip, type Gzip } from 'node:zlib';
import type { IgnoreFilter } from './ignore/types.ts';
import { endOfArchive, padding, tarHeader } from './tar-header.ts';

/** Small pieces are gathered into batches of this size: one call to zlib for hundreds of files. */
const BATCH = 256 * 1024;
const DIR_MODE = 0o750;
const FILE_MODE = 0o600;
const EXECUTABLE_MODE = 0o700;

export interface PackOptions {
  readonly dir: string;
  readonly ignore?: IgnoreFilter | undefined;
  /** Gets the archive's bytes in order; may throw, e.g. because the disk is full. */
  write(chunk: Buffer): void;
}

export interface PackResult {
  /** Entries that stayed out, children after their folders. */
  readonly ignored: readonly { readonly path: Buffer; readonly isDirectory: boolean }[];
  /** Disk space of what went in, in bytes. */
  readonly treeBytes: number;
  /** Names went in that `unpack` refuses. */
  readonly hasUnsafeNames: boolean;
}

/**
 * Packs a folder as gzip tar: sorted by byte order, folder by folder, with nothing of the file system but names, contents and the
 * executable bit, so that equal trees give equal bytes. (Across zlib versions the compression may differ.)
 * Memory does not depend on the size of files. Blocks the thread that it runs in.
 */
export async function pack({ dir, ignore, write }: PackOptions): Promise<PackResult> {
  const gzip = createGzip();
  const ignored: { path: Buffer; isDirectory: boolean }[] = [];
  let treeBytes = 0;
  let hasUnsafeNames = false;
  const produce = async (): Promise<void> => {
    const batch = createBatch(gzip);
    for (const entry of walk(Buffer.from(dir), Buffer.alloc(0))) {
      const isDirectory = entry.kind === 'directory';
      if (entry.kind === 'other' || ignore?.(entry.name.toString(), isDirectory)) {
        ignored.push({ path: entry.path, isDirectory });
        continue;
      }
      hasUnsafeNames ||= entry.name.includes('\\');
      treeBytes += BLOCK_ON_DISK;
      if (isDirectory)
        await batch.add(tarHeader({ name: entry.name, mode: DIR_MODE, size: 0, type: 'directory' }));
      else treeBytes += await addFile(batch, entry);
    }
    await batch.add(endOfArchive());
    await batch.flush();
    gzip.end();
  };
  const consume = async (): Promise<void> => {
    for await (const chunk of gzip) write(chunk);
  };
  const producing = produce();
  // Only `consume` reports: when it stops, it destroys the stream and with it whatever `produce` waits for.
  producing.catch((error) => gzip.destroy(error));
  await consume();
  await producing;
  return { ignored, treeBytes, hasUnsafeNames };
}

/** Deletes what `pack` left out; folders stay when something below them went in. */
export function removeIgnored(ignored: PackResult['ignored']): void {
  for (const { path, isDirectory } of ignored.toReversed()) {
    if (!isDirectory) unlinkSync(path);
    else if (readdirSync(path).length === 0) rmdirSync(path);
  }
}

/** What a file occupies at least. */
const BLOCK_ON_DISK = 4096;

interface Entry {
  readonly path: Buffer;
  /** Relative to the packed folder, `.` for itself. */
  readonly name: Buffer;
  readonly kind: 'file' | 'directory' | 'other';
}

/** Names are bytes, not text: a name that is no UTF-8 could not be opened again. */
function* walk(path: Buffer, name: Buffer): Generator<Entry> {
  yield { path, name: name.length === 0 ? Buffer.from('.') : name, kind: 'directory' };
  const entries = readdirSync(path, { withFileTypes: true, encoding: 'buffer' });
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    const child = Buffer.concat([path, SLASH, entry.name]);
    const childName = name.length === 0 ? entry.name : Buffer.concat([name, SLASH, entry.name]);
    if (entry.isDirectory()) yield* walk(child, childName);
    else yield { path: child, name: childName, kind: entry.isFile() ? 'file' : 'other' };
  }
}

const SLASH = Buffer.from('/');

async function addFile(batch: Batch, entry: Entry): Promise<number> {
  const fd = openSync(entry.path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size, mode } = fstatSync(fd);
    const fileMode = (mode & 0o111) === 0 ? FILE_MODE : EXECUTABLE_MODE;
    await batch.add(tarHeader({ name: entry.name, mode: fileMode, size, type: 'file' }));
    let left = size;
    while (left > 0) {
      const chunk = Buffer.allocUnsafe(Math.min(left, BATCH));
      const got = readSync(fd, chunk);
      if (got === 0) throw new Error(`${entry.name.toString()} was cut off while it was being packed`);
      left -= got;
      await batch.add(chunk.subarray(0, got));
    }
    await batch.add(Buffer.alloc(padding(size)));
    return size;
  } finally {
    closeSync(fd);
  }
}

interface Batch {
  add(bytes: Buffer): Promise<void>;
  flush(): Promise<void>;
}

function createBatch(gzip: Gzip): Batch {
  let parts: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    const all = Buffer.concat(parts);
    parts = [];
    size = 0;
    await new Promise<void>((resolve, reject) => {
      gzip.write(all, (error) => (error ? reject(error) : resolve()));
    });
  };
  return {
    flush,
    async add(bytes) {
      parts.push(bytes);
      size += bytes.length;
      if (size >= BATCH) await flush();
    },
  };
}
