/**
 * The globals of a plugin beside those of the language itself (`lib: ["esnext"]`): a subset of what browsers and Node have.
 * There is no DOM, no `process`, no `Buffer`, and no file system but that of the library.
 */

type BodyInit =
  | string
  | ArrayBuffer
  | Uint8Array
  | URLSearchParams
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;
type HeadersInit = Headers | Readonly<Record<string, string>> | Iterable<readonly [string, string]>;

interface RequestInit {
  method?: string;
  headers?: HeadersInit;
  /** An iterable is sent piece by piece. */
  body?: BodyInit | null;
  /** `follow` (default): at most ten, each checked against the grant; `manual`: the redirect is the response; `error`. */
  redirect?: 'follow' | 'manual' | 'error';
  /** `AbortSignal.timeout(ms)`, or one that is aborted already: a request blocks the plugin, nothing else runs meanwhile. */
  signal?: AbortSignal | null;
}

declare class Headers implements Iterable<[string, string]> {
  constructor(init?: HeadersInit);
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string, headers: Headers) => void): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}

declare class Request {
  constructor(input: string | URL | Request, init?: RequestInit);
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly redirect: 'follow' | 'manual' | 'error';
  readonly signal: AbortSignal | null;
  clone(): Request;
}

declare class Response {
  constructor(
    body?: string | ArrayBuffer | Uint8Array | null,
    init?: { status?: number; headers?: HeadersInit },
  );
  readonly status: number;
  /** 200 to 299. */
  readonly ok: boolean;
  readonly headers: Headers;
  /** Of the last request, after redirects. */
  readonly url: string;
  readonly redirected: boolean;
  readonly bodyUsed: boolean;
  /** The pieces as they arrive, for bodies that are too large for the memory. */
  readonly body: AsyncIterable<Uint8Array<ArrayBuffer>> & { cancel(): Promise<void> };
  text(): Promise<string>;
  json(): Promise<unknown>;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Not in browsers: the host writes the body below `/out` itself, so that it takes none of the plugin's memory. What it wrote stays when it
   * fails, so let the error end the call. Rejects with a {@link HostError}: another digest, too large, a damaged archive, the quota of `/out`.
   * @param path a file, or with `unpack` the folder for what is in the archive
   */
  save(path: string, options?: SaveOptions): Promise<{ size: number; digest: string }>;
}

interface SaveOptions {
  /** `sha256:…` or `sha512:…` of the body as it comes over the wire. */
  digest?: string;
  /** Takes the body for an archive. Links in it are left out; what is neither file, folder nor link is a failure. */
  unpack?: 'tar' | 'tar+gzip';
  /** Largest body as it comes over the wire, in bytes. */
  maxBytes?: number;
}

/** Sends a request through the host. What the plugin was not granted is refused with a {@link HostError}. */
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;

/** A request that is under way. */
interface AheadRequest {
  /** Waits for the response. Rejects with a {@link HostError}. */
  response(): Promise<Response>;
}

/**
 * Not in browsers: sends a request and does not wait. `fetch` blocks the plugin, so this is the way to have several under way; the host keeps at
 * most 64 open. A body in pieces, and `redirect: 'error'`, are not for it.
 */
declare function fetchAhead(input: string | URL | Request, init?: RequestInit): AheadRequest;

declare class AbortSignal {
  static abort(reason?: unknown): AbortSignal;
  static timeout(milliseconds: number): AbortSignal;
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare class URL {
  constructor(url: string | URL, base?: string | URL);
  static canParse(url: string | URL, base?: string | URL): boolean;
  static parse(url: string | URL, base?: string | URL): URL | null;
  hash: string;
  host: string;
  hostname: string;
  href: string;
  readonly origin: string;
  password: string;
  pathname: string;
  port: string;
  protocol: string;
  search: string;
  readonly searchParams: URLSearchParams;
  username: string;
  toJSON(): string;
  toString(): string;
}

declare class URLSearchParams implements Iterable<[string, string]> {
  constructor(
    init?: string | URLSearchParams | Readonly<Record<string, string>> | Iterable<readonly [string, string]>,
  );
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  forEach(callback: (value: string, name: string, parameters: URLSearchParams) => void): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  toString(): string;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}

declare class TextEncoder {
  readonly encoding: 'utf-8';
  encode(text?: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  /** @throws RangeError for any encoding but UTF-8 */
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: 'utf-8';
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  /** @throws TypeError when `fatal` and the bytes are no UTF-8 */
  decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}

interface Console {
  /** Level trace; the host shows it at its own level `trace`. */
  trace(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
}
/** Writes to the log of the host. */
declare const console: Console;

interface Crypto {
  getRandomValues<
    T extends
      | Int8Array
      | Uint8Array
      | Int16Array
      | Uint16Array
      | Int32Array
      | Uint32Array
      | Uint8ClampedArray
      | BigInt64Array
      | BigUint64Array,
  >(array: T): T;
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
}
declare const crypto: Crypto;

declare const performance: { now(): number; readonly timeOrigin: number };

/** Timers run while a call waits for a promise. They end with the call. */
declare function setTimeout<A extends unknown[]>(
  callback: (...values: A) => void,
  milliseconds?: number,
  ...values: A
): number;
declare function clearTimeout(timer: number | undefined): void;
declare function setInterval<A extends unknown[]>(
  callback: (...values: A) => void,
  milliseconds?: number,
  ...values: A
): number;
declare function clearInterval(timer: number | undefined): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
declare function atob(base64: string): string;
declare function btoa(text: string): string;
