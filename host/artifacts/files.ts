import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createDigester, type DigestAlgorithm } from './digest.ts';
import { directoryFailed } from './errors.ts';

const CHUNK = 1024 * 1024;

/** Writes all bytes; a single write may take fewer. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done);
}

/** Calls `each` with the file's bytes in order; the buffer is reused. */
export function readChunks(fd: number, each: (chunk: Buffer) => void): void {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0, got = -1; got !== 0; at += got) {
    got = readSync(fd, buffer, 0, CHUNK, at);
    if (got > 0) each(buffer.subarray(0, got));
  }
}

/** `<algorithm>:<hex>` of an open file. */
export function digestOf(fd: number, algorithm: DigestAlgorithm): string {
  const digester = createDigester(algorithm);
  readChunks(fd, digester.update);
  return digester.digest();
}

export interface AtomicFile {
  /** Where the bytes go first; same file system as `target`. */
  readonly temp: string;
  readonly target: string;
  readonly algorithm: DigestAlgorithm;
}

/**
 * Writes a file so that its name shows the old bytes or all the new ones, also after a crash; mode 0600.
 * It does not wait for the disk: what a power cut spoils no longer has its digest, which is checked at the next start, and is fetched anew.
 * `fill` gets a function that appends. On failure the temporary file is gone and the target untouched.
 * @throws FluxError with reason DirectoryCreationFailed, or what `fill` and the file system throw
 */
export async function writeAtomically(
  { temp, target, algorithm }: AtomicFile,
  fill: (append: (bytes: Uint8Array) => void) => void | Promise<void>,
): Promise<{ digest: string; size: number }> {
  makeDirectory(dirname(target));
  const digester = createDigester(algorithm);
  let size = 0;
  try {
    const fd = openSync(temp, 'wx', 0o600);
    try {
      await fill((bytes) => {
        writeAll(fd, bytes);
        digester.update(bytes);
        size += bytes.length;
      });
    } finally {
      closeSync(fd);
    }
    renameSync(temp, target);
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
  return { digest: digester.digest(), size };
}

function makeDirectory(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw directoryFailed(dir, error);
  }
}
