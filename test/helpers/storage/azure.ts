import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../git/listen.ts';

/**
 * A blob service for one account that checks shared keys and shared access signatures as Microsoft documents them. The emulator of Azure is not
 * to be had as a small program.
 */
export interface AzureBlobs {
  /** As in `spec.endpoint`. */
  readonly endpoint: string;
  readonly accountKey: string;
  readonly sasKey: string;
  /** Content by container and name. */
  readonly containers: Map<string, Map<string, string>>;
  close(): Promise<void>;
}

const account = 'devstoreaccount';
const accountKey = Buffer.from('the key of an account of the tests').toString('base64');
const sas = 'sv=2021-12-02&sp=rl&sig=of%2Bthe%3Dtests';

/** Blobs of a page: few, so that there is more than one. */
const pageSize = 2;

export async function startAzure(): Promise<AzureBlobs> {
  const containers: AzureBlobs['containers'] = new Map();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://azure');
    const fail = (status: number, code: string) =>
      response
        .writeHead(status)
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}\nmore</Message></Error>`);
    if (!isAllowed(request, url)) return fail(403, 'AuthenticationFailed');
    const [, , name = '', ...path] = url.pathname.split('/');
    const container = containers.get(name);
    if (!container) return fail(404, 'ContainerNotFound');
    if (url.searchParams.get('comp') === 'list')
      return void response.end(listing(container, url.searchParams));
    const content = container.get(decodeURIComponent(path.join('/')));
    if (content === undefined) return fail(404, 'BlobNotFound');
    response.writeHead(200, { etag: `"${etagOf(content)}"` }).end(content);
  });
  const port = await listen(server);
  return {
    endpoint: `http://127.0.0.1:${port}/${account}`,
    accountKey,
    sasKey: `?${sas}`,
    containers,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const etagOf = (content: string): string =>
  `0x${Buffer.from(content).toString('hex').slice(0, 12).toUpperCase()}`;

function listing(container: ReadonlyMap<string, string>, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const names = [...container.keys()].filter((name) => name.startsWith(prefix)).sort();
  const from = Number(query.get('marker') ?? 0);
  const blobs = names.slice(from, from + pageSize).map((name) => {
    const shown = name.replaceAll('&', '&amp;');
    return `<Blob><Name>${shown}</Name><Properties><Etag>${etagOf(container.get(name) ?? '')}</Etag></Properties></Blob>`;
  });
  const next = from + pageSize < names.length ? String(from + pageSize) : '';
  return `<?xml version="1.0"?><EnumerationResults><Blobs>${blobs.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`;
}

function isAllowed({ method, headers }: IncomingMessage, url: URL): boolean {
  if (url.searchParams.get('sig') === 'of+the=tests') return true;
  const names = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort();
  const canonical = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const query = [...url.searchParams]
    .map(([name, value]) => `\n${name}:${value}`)
    .sort()
    .join('');
  const text = `${method}${'\n'.repeat(12)}${canonical}/${account}${url.pathname}${query}`;
  const signature = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text).digest('base64');
  return headers.authorization === `SharedKey ${account}:${signature}`;
}
