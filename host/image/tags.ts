import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adler32 } from './adler32.ts';

/** The tags of images as they were last listed. They survive a restart, so that policies are ready before the next scan. */
export interface TagStore {
  /** @returns the tags, empty when there are none or the image was never listed */
  read(image: string): Promise<readonly string[]>;
  /** @returns the checksum of the list, Flux's `lastScanResult.revision` */
  write(image: string, tags: readonly string[]): Promise<string>;
  remove(image: string): Promise<void>;
}

/** @param root folder of the store, below `--storage-path` */
export function createTagStore(root: string): TagStore {
  const fileOf = (image: string) => join(root, `${createHash('sha256').update(image).digest('hex')}.json`);
  return {
    async read(image) {
      try {
        return parse(await readFile(fileOf(image), 'utf8'), image);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    async write(image, tags) {
      await mkdir(root, { recursive: true });
      const file = fileOf(image);
      const temporary = `${file}.${randomUUID()}`;
      try {
        await writeFile(temporary, JSON.stringify({ image, tags }), { mode: 0o600 });
        await rename(temporary, file);
      } finally {
        await rm(temporary, { force: true });
      }
      return String(adler32(Buffer.from(JSON.stringify(tags))));
    },
    remove: (image) => rm(fileOf(image), { force: true }),
  };
}

/** A file that is damaged counts as none: the image is listed anew. */
function parse(text: string, image: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof value !== 'object' || value === null || !('tags' in value) || !('image' in value)) return [];
  const { tags } = value;
  const isList = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  return value.image === image && isList ? tags : [];
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
