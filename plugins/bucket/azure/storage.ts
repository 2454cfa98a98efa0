import { PluginError } from '@flux-host/sdk/typescript';
import { encodedPath, query } from '../encoding.ts';
import type { Listed, Storage } from '../storage.ts';
import { elements, textOf } from '../xml.ts';

/** Azure Blob Storage. @param base `https://<account>.blob.core.windows.net/<container>/` */
export function azureBlobs(base: string): Storage {
  return {
    listUrl: (prefix, next) =>
      `${base.replace(/\/$/, '')}?${query({ comp: 'list', marker: next, maxresults: '5000', prefix, restype: 'container' })}`,
    page(text) {
      if (!text.includes('<EnumerationResults'))
        throw new PluginError('the answer is no listing of a container');
      const objects = [...elements(text, 'Blob')].map(blobOf);
      const next = textOf(text.slice(text.lastIndexOf('</Blobs>') + 1), 'NextMarker');
      return next ? { objects, next } : { objects };
    },
    objectUrl: (key) => `${base}${encodedPath(key)}`,
    etagOf: (headers) => quoted(headers.get('etag') ?? ''),
    refusal: (text) => ({
      code: textOf(text, 'Code'),
      message: textOf(text, 'Message').split('\n', 1)[0] ?? '',
    }),
    isMissingBucket: (code) => code === 'ContainerNotFound',
  };
}

/** Snapshots, versions and deleted blobs are not asked for. */
function blobOf(content: string): Listed {
  const [name = ''] = elements(content, 'Name');
  const key = textOf(content, 'Name');
  const isEncoded = content.includes('<Name Encoded="true"');
  return { key: isEncoded ? decodeURIComponent(name) : key, etag: quoted(textOf(content, 'Etag')) };
}

/** Listings have it without the quotes that answers have; in revisions it stands with them, as Flux has it after a fetch. */
function quoted(etag: string): string {
  return `"${etag.replace(/^W\//, '').replaceAll('"', '')}"`;
}
