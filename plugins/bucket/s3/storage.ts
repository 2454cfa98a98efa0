import { PluginError } from '@flux-host/sdk/typescript';
import { encodedPath, query } from '../encoding.ts';
import type { Listed, Storage } from '../storage.ts';
import { elements, textOf } from '../xml.ts';

/** Objects of a page: the most that services give. */
const pageSize = '1000';

/** Google's S3 API pages by key. */
const pagesByKey = (base: string) => /^https?:\/\/([^/]+\.)?storage\.googleapis\.com\//.test(base);

/** Amazon S3 and whatever speaks its protocol. */
export function s3(base: string): Storage {
  const isOld = pagesByKey(base);
  return {
    listUrl: (prefix, next) =>
      `${base}?${query({
        ...(isOld ? { marker: next } : { 'continuation-token': next }),
        'encoding-type': 'url',
        ...(isOld ? {} : { 'list-type': '2' }),
        'max-keys': pageSize,
        prefix,
      })}`,
    page: (text) => readPage(text, isOld),
    objectUrl: (key) => `${base}${encodedPath(key)}`,
    etagOf: (headers) => unquoted(headers.get('etag') ?? ''),
    refusal: (text) => ({ code: textOf(text, 'Code'), message: textOf(text, 'Message') }),
    isMissingBucket: (code) => code === 'NoSuchBucket',
  };
}

function readPage(text: string, isOld: boolean) {
  if (!text.includes('<ListBucketResult')) {
    throw new PluginError('the answer is no listing of a bucket', {
      hint: 'spec.endpoint has to be the host of an S3 service, without the name of the bucket',
    });
  }
  const [head = ''] = text.split('<Contents', 1);
  const tail = text.slice(text.lastIndexOf('</Contents>') + 1);
  const outside = `${head}${tail}`;
  const decode = textOf(outside, 'EncodingType') === 'url' ? decodeKey : (key: string) => key;
  const objects = [...elements(text, 'Contents')].map(
    (content): Listed => ({ key: decode(textOf(content, 'Key')), etag: unquoted(textOf(content, 'ETag')) }),
  );
  if (textOf(outside, 'IsTruncated') !== 'true') return { objects };
  const last = objects.at(-1)?.key ?? '';
  const next = isOld
    ? decode(textOf(outside, 'NextMarker')) || last
    : textOf(outside, 'NextContinuationToken');
  if (!next) throw new PluginError('the listing says that there is more, and not where');
  return { objects, next };
}

/** A plus stands for a blank there. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', '%20'));
}

function unquoted(etag: string): string {
  return etag.replace(/^W\//, '').replaceAll('"', '');
}
