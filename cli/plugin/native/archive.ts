import { closeSync, createReadStream, createWriteStream, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { createTarReader } from '@flux-host/host/artifacts/tar-reader.ts';
import { openZip } from './zip.ts';

type Format = 'zip' | 'tar.gz' | 'tar' | 'plain';

/** Larger than any program; keeps a bomb from filling the disk. */
const maxProgramBytes = 2 ** 30;

export interface Extraction {
  /** What was downloaded. */
  readonly file: string;
  /** Where it came from: its ending tells the format. */
  readonly url: string;
  /** Name of the program, or its path in the archive when there is a slash in it. */
  readonly wanted: string;
  /** New file that receives the program. */
  readonly to: string;
}

/**
 * Takes the program out of a download: an archive, or the program itself.
 * @returns false when the archive does not have it
 * @throws Error that says what is wrong with the archive
 */
export async function extractProgram(extraction: Extraction): Promise<boolean> {
  const { file, to } = extraction;
  switch (await formatOf(extraction)) {
    case 'zip':
      return fromZip(extraction);
    case 'tar.gz':
      return fromTar(extraction, true);
    case 'tar':
      return fromTar(extraction, false);
    default:
      await pipeline(createReadStream(file), createWriteStream(to, { flags: 'wx', mode: 0o755 }));
      return true;
  }
}

/** By the ending of the address, else by the first bytes. */
async function formatOf({ file, url }: Extraction): Promise<Format> {
  const name = url.toLowerCase();
  if (name.endsWith('.zip')) return 'zip';
  if (/\.(tar\.gz|tgz)$/.test(name)) return 'tar.gz';
  if (name.endsWith('.tar')) return 'tar';
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(262), 0, 262, 0);
    if (buffer.toString('latin1', 0, 2) === 'PK' && [3, 5, 7].includes(buffer[2] ?? 0)) return 'zip';
    if (buffer[0] === 0x1f && buffer[1] === 0x8b) return 'tar.gz';
    return buffer.toString('latin1', 257) === 'ustar' ? 'tar' : 'plain';
  } finally {
    await handle.close();
  }
}

/** Whether a name in an archive is the one that is looked for; paths that lead outside are never. */
function matches(name: string, wanted: string): boolean {
  if (name.startsWith('/') || name.split('/').includes('..')) return false;
  return wanted.includes('/') ? name === wanted : basename(name) === wanted;
}

async function fromZip({ file, wanted, to }: Extraction): Promise<boolean> {
  const zip = await openZip(file);
  try {
    const entry = zip.entries.find(({ name, isFile }) => isFile && matches(name, wanted));
    if (!entry) return false;
    let size = 0;
    await pipeline(
      await entry.content(),
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          size += piece.length;
          if (size > maxProgramBytes) throw tooLarge();
          yield piece;
        }
      },
      createWriteStream(to, { flags: 'wx', mode: 0o755 }),
    );
    return true;
  } finally {
    await zip.close();
  }
}

async function fromTar({ file, wanted, to }: Extraction, isPacked: boolean): Promise<boolean> {
  let found = false;
  const reader = createTarReader(({ name, type, size }) => {
    if (found || type !== 'file' || !matches(name.toString(), wanted)) return undefined;
    if (size > maxProgramBytes) throw tooLarge();
    found = true;
    const target = openSync(to, 'wx', 0o755);
    return { write: (bytes) => void writeSync(target, bytes), end: () => closeSync(target) };
  });
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        reader.push(chunk);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    final(done) {
      try {
        reader.end();
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  const raw = createReadStream(file);
  await (isPacked ? pipeline(raw, createGunzip(), sink) : pipeline(raw, sink));
  return found;
}

function tooLarge(): Error {
  return new Error(`it is larger than ${maxProgramBytes} bytes`);
}
