import { PluginError } from '@flux-host/sdk/typescript';
import { encodedSegment, query } from '../encoding.ts';
import type { Listed, Storage } from '../storage.ts';

/** Google Cloud Storage by its JSON API. @param base `https://storage.googleapis.com/storage/v1/b/<bucket>/` */
export function googleStorage(base: string): Storage {
  return {
    listUrl: (prefix, next) =>
      `${base}o?${query({ fields: 'nextPageToken,items(name,etag)', maxResults: '1000', pageToken: next, prefix, projection: 'noAcl' })}`,
    page(text) {
      const { items, nextPageToken } = record(text);
      const objects = (Array.isArray(items) ? items : []).map(objectOf);
      return typeof nextPageToken === 'string' && nextPageToken !== ''
        ? { objects, next: nextPageToken }
        : { objects };
    },
    objectUrl: (key) => `${base}o/${encodedSegment(key)}?alt=media`,
    // That of a download is not always that of the object: what the listing says stays.
    etagOf: () => '',
    refusal(text) {
      const { error } = recordOrEmpty(text);
      const { status, message, code } = fields(error);
      return { code: String(status ?? code ?? ''), message: typeof message === 'string' ? message : '' };
    },
    isMissingBucket: (code) => code === '404' || code === 'NOT_FOUND',
  };
}

function objectOf(value: unknown): Listed {
  const { name, etag } = fields(value);
  if (typeof name !== 'string') throw new PluginError('an object of the listing has no name');
  return { key: name, etag: typeof etag === 'string' ? etag : '' };
}

function record(text: string): Record<string, unknown> {
  const value = recordOrEmpty(text);
  if (Object.keys(value).length > 0 || text.trim() === '{}') return value;
  throw new PluginError('the answer is no listing of a bucket');
}

function recordOrEmpty(text: string): Record<string, unknown> {
  try {
    return fields(JSON.parse(text));
  } catch {
    return {};
  }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
