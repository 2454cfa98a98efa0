import { PassThrough } from 'node:stream';
import type { HttpRequest, HttpSaved } from '@flux-host/sdk/contract/host-functions.ts';
import type { EgressResponse, EgressSession } from './egress/egress.ts';
import { badRequest, tooManyHandles } from './egress/errors.ts';
import { type CheckedBody, checkedBody } from './http-body.ts';
import type { BodyCheck, HttpHead } from './protocol.ts';
import { isSmall, readAhead } from './read-ahead.ts';

/** The HTTP exchanges of a call. */
export interface HttpService {
  open(request: HttpRequest, body: Uint8Array | null): Promise<HttpHead>;
  /** Bytes taken; 0 when the server has answered already. */
  write(handle: number, data: Uint8Array): Promise<number>;
  response(handle: number): Promise<HttpHead>;
  /** The next piece of the body; empty at its end. */
  read(handle: number): Promise<Uint8Array>;
  /** Checks what is left of the body while it is read. */
  check(handle: number, check: BodyCheck): void;
  /** Size and digest of a body that was checked to its end. */
  checked(handle: number): HttpSaved;
  close(handle: number): void;
  closeAll(): void;
}

interface Exchange {
  readonly upload: PassThrough | null;
  readonly response: Promise<EgressResponse>;
  /** The response is there, or failed: the server wants no more. */
  settled: boolean;
  body: AsyncIterator<Uint8Array> | null;
  checked: CheckedBody | null;
}

const mostHandles = 64;

/** Largest piece that is handed over at once. */
const largestPiece = 1 << 20;

export function httpService(session: EgressSession): HttpService {
  const exchanges = new Map<number, Exchange>();
  let handles = 0;
  const find = (handle: number) => {
    const found = exchanges.get(handle);
    if (!found) throw badRequest(`its handle ${handle} is not open`);
    return found;
  };
  const head = async (handle: number, exchange: Exchange): Promise<HttpHead> => {
    const { status, headers, url, body } = await exchange.response;
    exchange.body = body[Symbol.asyncIterator]();
    if (!isSmall(status, headers)) return { handle, status, headers, url };
    const { whole, again } = await readAhead(exchange.body);
    exchange.body = again;
    return { handle, status, headers, url, ...(whole ? { body: whole } : {}) };
  };
  const close = (handle: number) => {
    const exchange = exchanges.get(handle);
    if (!exchange) return;
    exchanges.delete(handle);
    exchange.upload?.destroy();
    void exchange.body?.return?.().catch(() => {});
  };
  return {
    async open(request, body) {
      if (exchanges.size >= mostHandles) throw tooManyHandles(mostHandles);
      handles += 1;
      const handle = handles;
      const upload = request.stream ? new PassThrough({ highWaterMark: largestPiece }) : null;
      upload?.on('error', () => {});
      const exchange: Exchange = {
        upload,
        response: session.request({ ...request, body: upload ?? body }),
        settled: false,
        body: null,
        checked: null,
      };
      exchanges.set(handle, exchange);
      const settle = () => {
        exchange.settled = true;
        upload?.emit('drain');
      };
      exchange.response.then(settle, settle);
      if (upload || request.ahead) return { handle };
      try {
        return await head(handle, exchange);
      } catch (error) {
        close(handle);
        throw error;
      }
    },
    async write(handle, data) {
      const exchange = find(handle);
      const { upload } = exchange;
      if (!upload) throw badRequest('its body was sent already');
      if (exchange.settled || upload.destroyed) return 0;
      if (!upload.write(data)) {
        await new Promise<void>((resolve) => {
          upload.once('drain', resolve);
          upload.once('close', resolve);
        });
      }
      return data.length;
    },
    async response(handle) {
      const exchange = find(handle);
      exchange.upload?.end();
      return head(handle, exchange);
    },
    async read(handle) {
      const { body } = find(handle);
      if (!body) throw badRequest('the response was not asked for yet');
      const { done, value } = await body.next();
      // A copy of its own: what the network gave is part of a larger buffer.
      return done ? new Uint8Array(0) : Uint8Array.from(value);
    },
    check(handle, check) {
      const exchange = find(handle);
      if (!exchange.body || exchange.checked) throw badRequest('its response cannot be saved now');
      exchange.checked = checkedBody(exchange.body, check);
      exchange.body = exchange.checked.pieces;
    },
    checked(handle) {
      const result = find(handle).checked?.result();
      if (!result) throw badRequest('its response was not saved');
      return result;
    },
    close,
    closeAll() {
      for (const handle of [...exchanges.keys()]) close(handle);
    },
  };
}
