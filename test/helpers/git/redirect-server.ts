import { createServer } from 'node:http';
import { listen } from './listen.ts';

/** A server that sends everyone elsewhere. */
export interface RedirectServer {
  readonly url: string;
  /** Paths that were asked for, with their `authorization` header if one came along. */
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/**
 * Starts a server that answers every request with a redirect to the same path under another URL.
 * @param target a URL without a trailing slash; a function may choose by path
 */
export async function startRedirectServer(
  target: string | ((path: string) => string),
  status: 301 | 302 | 307 | 308 = 301,
): Promise<RedirectServer> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push({ path, authorization: request.headers.authorization });
    const location = typeof target === 'string' ? `${target}${path}` : target(path);
    response.writeHead(status, { location }).end();
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
