import type { HttpResponse } from '../../../contract/host-functions.ts';
import { native } from '../native.ts';
import { remoteBody } from './body.ts';
import { documentOf } from './fetch.ts';
import { Request, type RequestOptions } from './request.ts';
import { Response } from './response.ts';

/** A request that is under way. */
export interface Sent {
  /** Waits for the response. @throws HostError */
  response(): Promise<Response>;
}

/**
 * Sends a request and does not wait: `fetch` blocks the plugin, so this is the way to have several under way. The host keeps at most 64 open.
 * @param options as for `fetch`, without a body that is an iterable
 */
export function sendAhead(
  ...[target, options]: [ConstructorParameters<typeof Request>[0], RequestOptions?]
): Sent {
  const request = new Request(target, options);
  const { content } = request;
  if (content !== null && !(content instanceof Uint8Array)) {
    throw new TypeError('a request that is sent ahead takes no body in pieces');
  }
  const document = JSON.stringify({ ...documentOf(request), ahead: true });
  const { handle }: HttpResponse = JSON.parse(native.httpOpen(document, content ?? undefined));
  return {
    async response() {
      const {
        status = 0,
        headers = [],
        url = request.url,
      }: HttpResponse = JSON.parse(native.httpResponse(handle));
      return new Response(null, { status, headers }, { body: remoteBody(handle), url });
    },
  };
}
