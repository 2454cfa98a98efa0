import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A running Adler-32 checksum (RFC 1950). */
class Adler32 {
  #a = 1;
  #b = 0;

  update(bytes: Uint8Array): this {
    // So many bytes fit before the sums have to be reduced.
    for (let at = 0; at < bytes.length; at += 5552) {
      for (const byte of bytes.subarray(at, at + 5552)) {
        this.#a += byte;
        this.#b += this.#a;
      }
      this.#a %= 65_521;
      this.#b %= 65_521;
    }
    return this;
  }

  value(): number {
    return this.#b * 65_536 + this.#a;
  }
}

/**
 * A number for the content of a folder, which Flux names the file of an artifact by: a checksum over the checksums and names of its files.
 * @param prefix stands in front of the names, as a folder
 */
export async function contentHash(dir: string, prefix: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .map((name) => ({ name, shown: Buffer.from(`${prefix}/${name}`) }))
    .sort((a, b) => Buffer.compare(a.shown, b.shown));
  const all = new Adler32();
  for (const { name, shown } of files) {
    const one = new Adler32();
    for await (const piece of createReadStream(join(dir, name))) one.update(piece);
    all.update(Buffer.concat([Buffer.from(`${one.value().toString(16)}  `), shown, Buffer.from('\n')]));
  }
  return String(all.value());
}
