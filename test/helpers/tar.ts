import { gzipSync } from 'node:zlib';

/** An entry of an archive, as honest or hostile as a test wants it. */
export interface TarEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** The type's character: `0` file (default), `1` hard link, `2` symbolic link, `5` folder, `x` pax header, … */
  readonly type?: string;
  readonly link?: string;
  readonly mode?: number;
  /** In place of the content's. */
  readonly size?: number;
}

const block = 512;

/** A tar archive (ustar) of exactly these entries: no library would write the hostile ones. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    return [header(entry, content.length), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** {@link tarOf}, compressed. */
export function tarGzOf(entries: readonly TarEntry[]): Buffer {
  return gzipSync(tarOf(entries));
}

function header(
  { name, type = '0', link = '', mode = 0o644, size }: TarEntry,
  contentLength: number,
): Buffer {
  const bytes = Buffer.alloc(block);
  Buffer.from(name).copy(bytes, 0, 0, 100);
  bytes.write(mode.toString(8).padStart(7, '0'), 100);
  bytes.write('0000000', 108);
  bytes.write('0000000', 116);
  bytes.write((size ?? contentLength).toString(8).padStart(11, '0'), 124);
  bytes.write('00000000000', 136);
  bytes.write(' '.repeat(8), 148);
  bytes.write(type, 156);
  bytes.write(link, 157, 100);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
