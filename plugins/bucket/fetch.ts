import { HostError, log, PluginError, writeFile } from '@flux-host/sdk/typescript';
import { ask, failed, Refused } from './ask.ts';
import type { Bucket } from './bucket.ts';
import { type Indexed, ignoreFileName } from './indexation.ts';
import { placeOf } from './place.ts';

/** Downloads under way at the same time. */
const window = 32;

/**
 * Writes the objects of an index below `/out`. The index follows what was really fetched: an object that is gone by then is taken out, one that
 * was changed has its new ETag.
 * @throws PluginError in Flux's words, reason BucketOperationFailed
 */
export async function fetchObjects(bucket: Bucket, { index, ignoreFile }: Indexed): Promise<void> {
  const keys = index.keys();
  const underWay = new Map<string, AheadRequest>();
  let started = 0;
  const start = () => {
    const key = keys[started];
    if (key === undefined) return;
    started += 1;
    underWay.set(key, fetchAhead(bucket.storage.objectUrl(urlSafe(key))));
  };
  try {
    if (ignoreFile !== undefined) writeFile(`/out/${ignoreFileName}`, ignoreFile);
    for (const key of keys) {
      while (started < keys.length && underWay.size < window) start();
      const sent = underWay.get(key);
      underWay.delete(key);
      await download(bucket, { index, key, sent });
    }
  } catch (error) {
    throw failed(`fetch from bucket '${bucket.name}' failed`, error);
  }
}

async function download(
  bucket: Bucket,
  { index, key, sent }: Pick<Indexed, 'index'> & { key: string; sent: AheadRequest | undefined },
): Promise<void> {
  const { storage, name } = bucket;
  let first = sent;
  try {
    const response = await ask(bucket, async () => {
      const already = first;
      first = undefined;
      return already ? already.response() : fetch(storage.objectUrl(key));
    });
    await response.save(placeOf(key));
    const etag = storage.etagOf(response.headers);
    if (etag && etag !== '""') index.add(key, etag);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) {
      log.info(`indexed object '${key}' disappeared from '${name}' bucket`);
      index.delete(key);
      return;
    }
    throw failed(`failed to get '${key}' object`, withHint(error));
  }
}

/** A key that is both an object and the folder of others cannot be written. */
function withHint(error: unknown): unknown {
  if (!(error instanceof HostError) || error.code !== 'FLUX_E_EGRESS_FILES') return error;
  return new PluginError(error.message, {
    hint: 'its key cannot be a path next to those of the others: rename the object, or leave it out by spec.ignore',
  });
}

/** Whoever sends a request takes `.` and `..` for steps in a path, however they are written. */
function urlSafe(key: string): string {
  if (!key.split('/').some((part) => part === '.' || part === '..')) return key;
  throw new PluginError(`failed to get '${key}' object: its key has . or .. between slashes`, {
    hint: 'rename the object, or leave it out by spec.ignore',
  });
}
