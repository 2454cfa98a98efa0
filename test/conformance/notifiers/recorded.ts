import type { RecordedRequest, Respond } from '@flux-host/sdk/testing';
import { server } from './deliver.ts';

/** A request as the vectors have it. */
export interface VectorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON where it is JSON, else text. */
  readonly body: unknown;
}

/** What the server answered to upstream when the vectors were recorded. */
export const recordedAnswers: Respond = ({ method, url }) => {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/version')) return { body: { version: '1.21.0' } };
  if (pathname.endsWith('/user')) return { body: { login: 'flux-bot', username: 'flux-bot' } };
  return { body: method === 'GET' ? [] : {} };
};

/** Left out of the vectors, or the business of the connection. */
const unrecorded = new Set(['user-agent', 'accept-encoding', 'content-length']);

/** A request of ours in the form of the vectors; names of headers in lower case. */
export function vectorRequest({ method, url, headers, body }: RecordedRequest): VectorRequest {
  const { pathname, search } = new URL(url);
  const isJson = headers['content-type']?.startsWith('application/json') ?? false;
  const text = body.replaceAll(server, 'http://SERVER');
  return {
    method,
    path: pathname,
    query: search.slice(1),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !unrecorded.has(name))),
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}

export function withLowerCaseHeaders(request: VectorRequest): VectorRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...request, headers: Object.fromEntries(headers) };
}
