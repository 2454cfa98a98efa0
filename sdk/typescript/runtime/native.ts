/** Kinds of directory entries, by their number in WASI. */
export const wasiFileType = { directory: 3, file: 4, link: 7 } as const;

/**
 * What the engine offers to the runtime: thin wrappers of the host's functions. Functions of files give a negative WASI errno
 * when they fail; those of the network throw what {@link Native.setHooks}'s `hostFailure` makes of the host's document.
 */
export interface Native {
  /** The input of the call as text. */
  input(): string;
  output(json: string): void;
  error(text: string): void;
  log(level: number, text: string): void;

  httpOpen(request: string, body: Uint8Array | undefined): string;
  httpWrite(handle: number, bytes: Uint8Array): number;
  httpResponse(handle: number): string;
  /** At most `length` bytes; none at the end. */
  httpRead(handle: number, length: number): Uint8Array<ArrayBuffer>;
  /** @param request HttpSave as JSON; @returns HttpSaved as JSON */
  httpSave(handle: number, request: string): string;
  httpClose(handle: number): void;

  tcpOpen(request: string): string;
  tcpRead(handle: number, length: number, timeoutMs: number): Uint8Array<ArrayBuffer>;
  tcpWrite(handle: number, bytes: Uint8Array): number;
  tcpClose(handle: number): void;

  /** @param how bits: 1 write, 2 create, 4 exclusive, 8 truncate, 16 append, 32 directory */
  fileOpen(path: string, how: number): number;
  fileRead(descriptor: number, length: number): Uint8Array<ArrayBuffer> | number;
  fileWrite(descriptor: number, bytes: Uint8Array): number;
  fileClose(descriptor: number): void;
  /** Names and WASI file types in turns. */
  fileList(descriptor: number): (string | number)[] | number;
  /** WASI file type and size in bytes. */
  fileStat(path: string): [type: number, size: number] | number;
  makeDirectory(path: string): number;
  removeFile(path: string): number;
  removeDirectory(path: string): number;
  rename(from: string, to: string): number;
  chmod(path: string, mode: number): number;

  /** Waits, ms. */
  sleep(milliseconds: number): void;
  /** Milliseconds since some time before the call. */
  monotonic(): number;
  random(): number;
  randomFill(bytes: Uint8Array): void;
  encodeUtf8(text: string): Uint8Array<ArrayBuffer>;
  /** undefined when `fatal` and the bytes are no UTF-8. */
  decodeUtf8(bytes: Uint8Array, fatal: boolean): string | undefined;

  /** SHA-1, SHA-256 or SHA-512 of one or two pieces after each other. */
  digest(algorithm: 1 | 256 | 512, first: Uint8Array, second?: Uint8Array): Uint8Array<ArrayBuffer>;

  setHooks(hooks: Hooks): void;
}

/** What the engine calls. */
export interface Hooks {
  /** Runs an exported function by its number; the engine waits for the promise. */
  call(operation: number): Promise<void>;
  /** Hands over what the call gave, once nothing is left to do. */
  end(): void;
  /** Reports what a call threw. */
  fail(error: unknown): void;
  /** For the builder: a command and its answer, in JSON. */
  build(command: string): string;
  /** Makes an error of a HostFailure in JSON. */
  hostFailure(document: string): Error;
  /** Runs the timer that is due next, waiting for it; false when there is none. */
  timer(): boolean;
  /** A promise was rejected and nobody handled it, or somebody did later. */
  rejection(promise: object, reason: unknown, handled: boolean): void;
}

declare const fluxNative: Native | undefined;

function absent(): never {
  throw new Error('this runs in a plugin only: build it with the SDK');
}

/**
 * The engine hands itself over once and is no global afterwards. Outside of a plugin, for example in a test of a plugin's
 * helpers under Node, using it is an error.
 */
export const native: Native =
  typeof fluxNative === 'undefined' ? new Proxy({} as Native, { get: () => absent }) : fluxNative;
Reflect.deleteProperty(globalThis, 'fluxNative');
