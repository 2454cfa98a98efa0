import { createServer } from 'node:http';
import { listen } from '../git/listen.ts';

/** A bucket with more objects than can be put into a real one in a test: `d<n>/f<n>.yaml`, each with its key as its content. */
export interface LargeBucket {
  /** Host and port. */
  readonly endpoint: string;
  readonly pages: number;
  /** Objects that were under way at the same time, at most. */
  readonly mostAtOnce: number;
  close(): Promise<void>;
}

const pageSize = 1000;
const keyOf = (index: number) =>
  `d${String(index % 100).padStart(2, '0')}/f${String(index).padStart(6, '0')}.yaml`;

/** Speaks as much of S3 as a listing and a download take. */
export async function startLargeBucket(objects: number): Promise<LargeBucket> {
  let pages = 0;
  let open = 0;
  let mostAtOnce = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://large');
    if (url.searchParams.get('list-type') === '2') {
      pages += 1;
      const from = Number(url.searchParams.get('continuation-token') ?? 0);
      response.end(page(from, Math.min(from + pageSize, objects), objects));
      return;
    }
    const key = url.pathname.split('/').slice(2).join('/');
    if (key === '.sourceignore')
      return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    // Answered a moment later, so that it shows how many are asked for meanwhile.
    setImmediate(() => {
      open -= 1;
      response.writeHead(200, { etag: `"${key.length}"` }).end(key);
    });
  });
  const port = await listen(server);
  return {
    endpoint: `127.0.0.1:${port}`,
    get pages() {
      return pages;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function page(from: number, to: number, all: number): string {
  const contents = Array.from({ length: to - from }, (_, offset) => {
    const key = keyOf(from + offset);
    return `<Contents><Key>${key}</Key><ETag>&quot;${key.length}&quot;</ETag><Size>16</Size></Contents>`;
  });
  const more =
    to < all ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${to}</NextContinuationToken>` : '';
  return `<?xml version="1.0"?><ListBucketResult>${more}${contents.join('')}</ListBucketResult>`;
}
