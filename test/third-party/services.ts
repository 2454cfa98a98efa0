import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listen } from '../helpers/git/listen.ts';

/** A request as the outside world saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A service on 127.0.0.1 that remembers what it was asked. */
export interface Service {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

export async function startService(answer: (seen: Seen) => Answer): Promise<Service> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body };
    seen.push(one);
    const { status = 200, headers: more = {}, body: text = '' } = answer(one);
    response.writeHead(status, more).end(text);
  });
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** An API of releases, as GitHub's. */
export interface ReleaseApi extends Service {
  /** Publishes a release with one file. */
  release(version: string, file: { readonly name: string; readonly content: string }): void;
}

export async function startReleaseApi(token: string): Promise<ReleaseApi> {
  const releases: object[] = [];
  const files = new Map<string, string>();
  const service = await startService(({ path, headers }) => {
    const file = files.get(path);
    if (file !== undefined) return { body: file };
    if (path !== '/releases') return { status: 404 };
    if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
    const etag = `"${releases.length}-releases"`;
    if (headers['if-none-match'] === etag) return { status: 304 };
    return { headers: { etag, 'content-type': 'application/json' }, body: JSON.stringify(releases) };
  });
  return {
    ...service,
    release(version, { name, content }) {
      const path = `/download/${version}/${name}`;
      files.set(path, content);
      releases.push({
        tag_name: version,
        published_at: new Date(Date.UTC(2026, 0, 1 + releases.length)).toISOString(),
        assets: [{ name, browser_download_url: `http://${service.address}${path}` }],
      });
    },
  };
}
