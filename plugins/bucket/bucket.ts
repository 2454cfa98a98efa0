import { azureBlobs } from './azure/storage.ts';
import { googleStorage } from './google/storage.ts';
import { s3 } from './s3/storage.ts';
import type { Storage } from './storage.ts';

/** A bucket and what is wanted of it. */
export interface Bucket {
  readonly name: string;
  readonly prefix: string;
  /** Lines in the form of `.gitignore`. */
  readonly ignore: string;
  readonly storage: Storage;
}

/** @param address of the bucket itself, with a slash at its end: the host knows where the provider has it */
export function bucketOf(spec: Readonly<Record<string, unknown>>, address: string | undefined): Bucket {
  const text = (field: string) => (typeof spec[field] === 'string' ? String(spec[field]) : '');
  const name = text('bucketName');
  const base = address ?? '';
  return { name, prefix: text('prefix'), ignore: text('ignore'), storage: storageOf(text('provider'), base) };
}

function storageOf(provider: string, base: string): Storage {
  switch (provider) {
    case 'gcp':
      return googleStorage(base);
    case 'azure':
      return azureBlobs(base);
    default:
      return s3(base);
  }
}
