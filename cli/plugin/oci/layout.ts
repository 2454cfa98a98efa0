import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, listAt, stringAt } from '@flux-host/host/json.ts';
import { isDigest, sha256 } from '@flux-host/host/oci/digest.ts';
import type { Descriptor } from '@flux-host/host/oci/types.ts';
import { inputError } from '../errors.ts';
import type { ImageStore } from './store.ts';

const tagAnnotation = 'org.opencontainers.image.ref.name';
const indexType = 'application/vnd.oci.image.index.v1+json';

/** A folder in the OCI image layout: what is carried to a place without a network. */
export async function openLayout(dir: string): Promise<ImageStore> {
  const indexFile = join(dir, 'index.json');
  const blobFile = (digest: string) => {
    if (!isDigest(digest)) throw inputError(`${digest.slice(0, 100)} in ${indexFile} is no digest`);
    return join(dir, 'blobs', ...digest.split(':'));
  };
  const entries = async (): Promise<Descriptor[]> => {
    if (!existsSync(indexFile)) return [];
    const index: unknown = JSON.parse(await readFile(indexFile, 'utf8'));
    return listAt(index, 'manifests').flatMap((entry) => descriptorOf(entry) ?? []);
  };
  const readChecked = async (digest: string): Promise<Buffer> => {
    const content = await readFile(blobFile(digest)).catch(() => {
      throw inputError(`${dir} has no ${digest}`, 'the copy is not complete: make it again');
    });
    if (digest.startsWith('sha256:') && sha256(content) !== digest) {
      throw inputError(`${blobFile(digest)} is damaged: it does not have its digest`, 'make the copy again');
    }
    return content;
  };
  const place = async (digest: string, write: (file: string) => Promise<void>) => {
    const file = blobFile(digest);
    await mkdir(join(file, '..'), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    await write(fresh);
    await rename(fresh, file);
  };
  return {
    name: dir,
    async resolve(tag) {
      const all = await entries();
      const named = all.filter(({ annotations }) => annotations?.[tagAnnotation] !== undefined);
      const found = tag
        ? all.find(({ digest, annotations }) => digest === tag || annotations?.[tagAnnotation] === tag)
        : named.length === 1
          ? named[0]
          : undefined;
      if (found) return found;
      const tags = named.map(({ annotations }) => annotations?.[tagAnnotation]).join(', ');
      throw inputError(
        tag ? `${dir} has no ${tag}` : `${dir} has not exactly one image`,
        `name one: ${dir}:<tag>; there are: ${tags || 'none'}`,
      );
    },
    async find(tag) {
      return (await entries()).find(({ annotations }) => annotations?.[tagAnnotation] === tag);
    },
    manifest: async ({ digest }) => readChecked(digest),
    async referrers(digest) {
      const found = await Promise.all(
        (await entries()).map(async (entry) => {
          const content: unknown = JSON.parse((await readChecked(entry.digest)).toString('utf8'));
          return stringAt(content, 'subject', 'digest') === digest ? [entry] : [];
        }),
      );
      return found.flat();
    },
    async saveBlob({ digest }, file) {
      await writeFile(file, await readChecked(digest));
    },
    hasBlob: async ({ digest, size }) => (await stat(blobFile(digest)).catch(() => undefined))?.size === size,
    addBlob: ({ digest }, file) => place(digest, (fresh) => copyFile(file, fresh)),
    async addManifest(descriptor, content, tag) {
      await place(descriptor.digest, (fresh) => writeFile(fresh, content));
      const replaces = (each: Descriptor): boolean =>
        each.annotations?.[tagAnnotation] === tag && (tag !== undefined || each.digest === descriptor.digest);
      const others = (await entries()).filter((each) => !replaces(each));
      const { mediaType, digest, size, artifactType } = descriptor;
      const entry = {
        mediaType,
        digest,
        size,
        ...(artifactType && { artifactType }),
        ...(tag && { annotations: { [tagAnnotation]: tag } }),
      };
      await writeFile(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n');
      const index = { schemaVersion: 2, mediaType: indexType, manifests: [...others, entry] };
      await writeFile(indexFile, `${JSON.stringify(index, null, 2)}\n`);
    },
  };
}

function descriptorOf(entry: unknown): Descriptor | undefined {
  const mediaType = stringAt(entry, 'mediaType');
  const digest = stringAt(entry, 'digest');
  if (!isRecord(entry) || !mediaType || !digest || typeof entry['size'] !== 'number') return undefined;
  const tag = stringAt(entry, 'annotations', tagAnnotation);
  return { mediaType, digest, size: entry['size'], ...(tag && { annotations: { [tagAnnotation]: tag } }) };
}
