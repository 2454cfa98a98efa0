import type {
  HostFailure,
  HttpRequest,
  HttpResponse,
  HttpSaved,
  TcpRequest,
  TcpResponse,
} from '@flux-host/sdk/contract/host-functions.ts';
import type { CallLimits } from './types.ts';

/** What the main thread hands to a worker when it starts. */
export interface WorkerStart {
  /** Answers and socket events arrive here, where a blocked worker can take them. */
  readonly port: import('node:worker_threads').MessagePort;
  /** Int32 counter: grows with each message on the port, so that a worker can sleep on it. */
  readonly signal: SharedArrayBuffer;
}

/** A module to make an instance of before the call. */
export interface NewInstance {
  readonly module: WebAssembly.Module;
  readonly memoryBytes: number;
}

/** Main thread → worker: one call. */
export interface CallMessage {
  readonly type: 'call';
  readonly call: number;
  readonly export: string;
  readonly input: Uint8Array;
  readonly config: Readonly<Record<string, string>>;
  readonly mounts: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly out: string | null;
  readonly limits: CallLimits;
  /** Set when the worker's instance cannot be used: another plugin, another tenant, none yet. */
  readonly instance: NewInstance | null;
}

/** How a call ended inside the worker. */
export type Outcome =
  | { readonly kind: 'output'; readonly output: Uint8Array }
  /** What the plugin passed to `error_set`. */
  | { readonly kind: 'failure'; readonly text: string }
  /** A failure of the host that the plugin's ABI has no way to hand to it. */
  | { readonly kind: 'host'; readonly failure: HostFailure }
  | { readonly kind: 'trap' | 'stack' | 'memory' | 'abi' | 'output-size'; readonly message: string };

/** Worker → main thread. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'done';
      readonly call: number;
      readonly outcome: Outcome;
      readonly reads: readonly string[];
      readonly skipped: readonly string[];
      /** Size of the instance's memory; 0 when the worker dropped the instance. */
      readonly memoryBytes: number;
    }
  | { readonly type: 'log'; readonly call: number; readonly level: number; readonly message: string }
  | {
      readonly type: 'request';
      readonly call: number;
      readonly id: number;
      readonly request: Request;
      /** Exchanges that the plugin closed since its last request. */
      readonly closed: readonly number[];
    }
  | { readonly type: 'notice'; readonly call: number; readonly notice: Notice };

/** What a worker asks for and waits for. */
export type Request =
  | { readonly op: 'http-open'; readonly request: HttpRequest; readonly body: Uint8Array | null }
  | { readonly op: 'http-write'; readonly handle: number; readonly data: Uint8Array }
  | { readonly op: 'http-response'; readonly handle: number }
  | { readonly op: 'http-read'; readonly handle: number }
  /** What `http-read` gives from here on is checked, and decompressed; it fails in place of an end that is not as it should be. */
  | { readonly op: 'http-check'; readonly handle: number; readonly check: BodyCheck }
  /** After the end: what was checked. */
  | { readonly op: 'http-checked'; readonly handle: number }
  | { readonly op: 'tcp-open'; readonly request: TcpRequest };

/** What has to be true of a body. */
export interface BodyCheck {
  readonly gunzip: boolean;
  /** `sha256:…` or `sha512:…` */
  readonly digest?: string;
  /** As it comes over the wire. */
  readonly maxBytes?: number;
}

/** What a worker tells without waiting. */
export type Notice =
  | { readonly op: 'http-close'; readonly handle: number }
  | { readonly op: 'tcp-write'; readonly handle: number; readonly data: Uint8Array }
  /** The plugin took this many bytes: as many more may come. */
  | { readonly op: 'tcp-credit'; readonly handle: number; readonly bytes: number }
  | { readonly op: 'tcp-end'; readonly handle: number }
  | { readonly op: 'tcp-close'; readonly handle: number };

/** The head of a response, and its body where it is short: one message in place of three. */
export interface HttpHead extends HttpResponse {
  readonly body?: Uint8Array;
}

/** What requests are answered with. */
export type Answer = HttpHead | HttpSaved | TcpResponse | number | Uint8Array;

/** Main thread → waiting worker. */
export type BridgeMessage =
  | { readonly type: 'answer'; readonly call: number; readonly id: number; readonly value: Answer }
  | { readonly type: 'failure'; readonly call: number; readonly id: number; readonly failure: HostFailure }
  | { readonly type: 'data'; readonly call: number; readonly handle: number; readonly data: Uint8Array }
  | { readonly type: 'written'; readonly call: number; readonly handle: number; readonly bytes: number }
  | {
      readonly type: 'end';
      readonly call: number;
      readonly handle: number;
      readonly failure: HostFailure | null;
    };

/** Bytes of a connection that may be on their way to a plugin, and from it, without having been taken. */
export const socketWindow = 1 << 20;
