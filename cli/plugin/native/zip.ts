import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** A file of a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  /** Neither folder nor link. */
  readonly isFile: boolean;
  /** Bytes when unpacked. */
  readonly size: number;
  /** The content; the archive has to stay open until the end. */
  content(): Promise<Readable>;
}

export interface ZipFile {
  readonly entries: readonly ZipEntry[];
  close(): Promise<void>;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endBytes = 22;
const maxComment = 0xffff;
const maxDirectory = 64 * 2 ** 20;
const unixFileTypes = 0o170000;
const regular = 0o100000;

/**
 * Opens an archive and reads its directory. Archives beyond 4 GiB (ZIP64), encryption and methods other than stored and
 * deflated are refused: no release of a program has them.
 * @throws Error that says what is wrong with the archive
 */
export async function openZip(file: string): Promise<ZipFile> {
  const handle = await open(file);
  try {
    const directory = await readDirectory(handle);
    return { entries: entriesIn(directory, handle), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readDirectory(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - endBytes - maxComment);
  const tail = await readAt(handle, start, size - start);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || tail.length - end < endBytes || tail.readUInt32LE(end) !== endSignature) {
    throw new Error('it is no ZIP archive, or cut off');
  }
  const length = tail.readUInt32LE(end + 12);
  const offset = tail.readUInt32LE(end + 16);
  if (length > maxDirectory || offset + length > size) throw new Error('its directory is damaged');
  return readAt(handle, offset, length);
}

function entriesIn(directory: Buffer, handle: FileHandle): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature; ) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      directory.readUInt16LE(at + field),
    ) as [number, number, number];
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    const mode = directory.readUInt32LE(at + 38) >>> 16;
    const type = mode & unixFileTypes;
    const packed = {
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      method: directory.readUInt16LE(at + 10),
      bytes: directory.readUInt32LE(at + 20),
      header: directory.readUInt32LE(at + 42),
    };
    entries.push({
      name,
      isFile: !name.endsWith('/') && (type === 0 || type === regular),
      size: directory.readUInt32LE(at + 24),
      content: () => contentOf(handle, packed),
    });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

interface Packed {
  readonly encrypted: boolean;
  readonly method: number;
  readonly bytes: number;
  /** Where the entry's own header begins. */
  readonly header: number;
}

async function contentOf(
  handle: FileHandle,
  { encrypted, method, bytes, header }: Packed,
): Promise<Readable> {
  if (encrypted) throw new Error('it is encrypted');
  if (method !== 0 && method !== 8) throw new Error(`it is packed with the unknown method ${method}`);
  const local = await readAt(handle, header, 30);
  const start = header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const raw = handle.createReadStream({ start, end: start + bytes - 1, autoClose: false });
  if (method === 0) return raw;
  const inflate = createInflateRaw();
  raw.on('error', (error) => inflate.destroy(error));
  return raw.pipe(inflate);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Error('it is cut off');
  return buffer;
}
