import { matcherOf, readRules } from '@flux-host/sdk/ignore/rules.ts';
import { PluginError } from '@flux-host/sdk/typescript';
import { ask, failed, Refused } from './ask.ts';
import type { Bucket } from './bucket.ts';
import { ObjectIndex } from './object-index.ts';
import { readText } from './read-text.ts';
import type { Page } from './storage.ts';

export const ignoreFileName = '.sourceignore';

/** Enough for any ignore file. */
const largestIgnoreFile = 1 << 20;
/** Enough for a page of five thousand objects whose keys are as long as keys can be. */
const largestPage = 32 << 20;

export interface Indexed {
  readonly index: ObjectIndex;
  /** Content of the bucket's own `.sourceignore`. */
  readonly ignoreFile?: string;
}

/**
 * Lists the objects that are wanted: not those that `.sourceignore` in the bucket and `spec.ignore` leave out.
 * @throws PluginError in Flux's words, reason BucketOperationFailed
 */
export async function indexBucket(bucket: Bucket): Promise<Indexed> {
  const first = await firstPage(bucket);
  const ignoreFile = await readIgnoreFile(bucket);
  const isIgnored = matcherOf(readRules(`${ignoreFile ?? ''}\n${bucket.ignore}`));
  const index = new ObjectIndex();
  try {
    for (let page: Page | undefined = first; page; page = await nextPage(bucket, page)) {
      for (const { key, etag } of page.objects) {
        if (key.endsWith('/') || key === ignoreFileName || isIgnored(key, false)) continue;
        index.add(key, etag);
      }
    }
  } catch (error) {
    const { name } = bucket;
    throw failed(
      `indexation of objects from bucket '${name}' failed: listing objects from bucket '${name}' failed`,
      error,
    );
  }
  return { index, ...(ignoreFile === undefined ? {} : { ignoreFile }) };
}

/** It also tells whether there is such a bucket at all. */
async function firstPage(bucket: Bucket): Promise<Page> {
  try {
    return await pageAt(bucket, undefined);
  } catch (error) {
    const { name, storage } = bucket;
    if (error instanceof Refused && storage.isMissingBucket(error.code)) {
      throw new PluginError(`bucket '${name}' not found`, {
        reason: 'BucketOperationFailed',
        hint: 'check spec.bucketName, and spec.endpoint',
      });
    }
    throw failed(`failed to confirm existence of '${name}' bucket`, error);
  }
}

async function nextPage(bucket: Bucket, { next }: Page): Promise<Page | undefined> {
  return next === undefined ? undefined : pageAt(bucket, next);
}

async function pageAt(bucket: Bucket, next: string | undefined): Promise<Page> {
  const { storage, prefix } = bucket;
  const response = await ask(bucket, () => fetch(storage.listUrl(prefix, next)));
  const { text, isWhole } = await readText(response, largestPage);
  if (isWhole) return storage.page(text);
  throw new PluginError(`the answer is no listing of a bucket: it has more than ${largestPage} bytes`, {
    hint: 'check spec.endpoint and spec.provider',
  });
}

async function readIgnoreFile(bucket: Bucket): Promise<string | undefined> {
  try {
    const response = await ask(bucket, () => fetch(bucket.storage.objectUrl(ignoreFileName)));
    const { text, isWhole } = await readText(response, largestIgnoreFile);
    if (!isWhole) throw new PluginError(`it is larger than ${largestIgnoreFile} bytes`);
    return text;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw failed(`failed to get Etag for '${ignoreFileName}' object`, error);
  }
}
