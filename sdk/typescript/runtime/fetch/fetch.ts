import type { HttpRequest, HttpResponse } from '../../../contract/host-functions.ts';
import { native } from '../native.ts';
import { remoteBody } from './body.ts';
import { type Pieces, Request, type RequestOptions } from './request.ts';
import { Response } from './response.ts';

const mostRedirects = 10;

export function documentOf({ url, method, headers, redirect, signal, content }: Request): HttpRequest {
  return {
    url,
    method,
    headers: [...headers],
    redirects: redirect === 'follow' ? mostRedirects : 0,
    ...(signal?.deadline == null
      ? {}
      : { timeoutMs: Math.max(1, Math.ceil(signal.deadline - native.monotonic())) }),
    ...(content === null || content instanceof Uint8Array ? {} : { stream: true }),
  };
}

async function upload(handle: number, pieces: Pieces): Promise<void> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = native.httpWrite(handle, piece.subarray(at));
      // The server answered before it had everything: its answer says why.
      if (taken === 0) return;
      at += taken;
    }
  }
}

async function send(request: Request): Promise<HttpResponse> {
  const { content } = request;
  const document = JSON.stringify(documentOf(request));
  if (content === null || content instanceof Uint8Array) {
    return JSON.parse(native.httpOpen(document, content ?? undefined));
  }
  const { handle }: HttpResponse = JSON.parse(native.httpOpen(document, undefined));
  try {
    await upload(handle, content);
    return JSON.parse(native.httpResponse(handle));
  } catch (error) {
    native.httpClose(handle);
    throw error;
  }
}

/** The global `fetch`: see globals.d.ts. */
export async function fetch(
  ...[target, options]: [ConstructorParameters<typeof Request>[0], RequestOptions?]
): Promise<Response> {
  const request = new Request(target, options);
  request.signal?.throwIfAborted();
  const { handle, status = 0, headers = [], url = request.url } = await send(request);
  const body = remoteBody(handle);
  if (request.redirect === 'error' && status >= 300 && status < 400 && status !== 304) {
    body.close();
    throw new TypeError(`${request.method} ${url} answered with a redirect (${status})`);
  }
  return new Response(null, { status, headers }, { body, url });
}
