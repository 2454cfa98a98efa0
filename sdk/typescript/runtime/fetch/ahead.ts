import type { HttpResponse } from '../../../contract/host-functions.ts';
import { native } from '../native.ts';
import { remoteBody } from './body.ts';
import { documentOf } from './fetch.ts';
import { Request, type RequestOptions } from './request.ts';
import { Response } from './response.ts';

/** A request that is under way. */
interface Sent {
  /** Waits for the response. @throws HostError */
  response(): Promise<Response>;
}

/** The global `fetchAhead`: see globals.d.ts. */
export function fetchAhead(
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
