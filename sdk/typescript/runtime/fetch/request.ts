import { TextEncoder } from '../globals/text.ts';
import type { AbortSignal } from './abort.ts';
import { Headers } from './headers.ts';

/** A body that is sent in pieces. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: string | ArrayBuffer | Uint8Array | Pieces | null;
  readonly redirect?: 'follow' | 'manual' | 'error';
  readonly signal?: AbortSignal | null;
}

type Target = string | Request | { readonly href: string };

const normalised = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

function methodOf(name: string): string {
  const upper = name.toUpperCase();
  return normalised.has(upper) ? upper : name;
}

/** URLSearchParams is not known here: most plugins do without, and leave it out. */
function isParameters(value: object): boolean {
  return 'getAll' in value && 'toString' in value && !(Symbol.asyncIterator in value);
}

/** The body as it is sent, and its type where the sort of body implies one. */
function contentOf(body: RequestOptions['body']): { content: Uint8Array | Pieces | null; type?: string } {
  if (body === null || body === undefined) return { content: null };
  if (typeof body === 'string') {
    return { content: new TextEncoder().encode(body), type: 'text/plain;charset=UTF-8' };
  }
  if (body instanceof Uint8Array) return { content: body };
  if (body instanceof ArrayBuffer) return { content: new Uint8Array(body) };
  if (isParameters(body)) {
    return {
      content: new TextEncoder().encode(String(body)),
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
    };
  }
  return { content: body };
}

/** What is to be sent. */
export class Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly redirect: 'follow' | 'manual' | 'error';
  readonly signal: AbortSignal | null;
  /** For fetch. */
  readonly content: Uint8Array | Pieces | null;

  constructor(target: Target, options: RequestOptions = {}) {
    const before = target instanceof Request ? target : null;
    this.url = before?.url ?? (typeof target === 'string' ? target : String(target));
    this.method = methodOf(options.method ?? before?.method ?? 'GET');
    this.headers = new Headers(options.headers ?? before?.headers);
    this.redirect = options.redirect ?? before?.redirect ?? 'follow';
    this.signal = options.signal ?? before?.signal ?? null;
    const { content, type } =
      options.body === undefined && before
        ? { content: before.content, type: undefined }
        : contentOf(options.body);
    this.content = content;
    if (type !== undefined && !this.headers.has('content-type')) this.headers.set('content-type', type);
    if (content !== null && (this.method === 'GET' || this.method === 'HEAD')) {
      throw new TypeError(`a ${this.method} request has no body`);
    }
  }

  clone(): Request {
    return new Request(this);
  }
}
