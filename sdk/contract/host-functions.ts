/**
 * The functions that the host offers to a plugin. Beside these a module may import `extism:host/env` (Extism's kernel, so
 * that plugins made with Extism's own PDKs run as they are) and `wasi_snapshot_preview1`.
 *
 * Conventions. Every parameter is an i32. A pair of pointer and length names bytes in the module's exported memory: the host
 * copies them at once, however many they are. Functions that answer with a document leave it with the host and return its
 * length; the plugin makes room and fetches it with `flux_answer`. A negative result `-n` is a failure, described by a JSON
 * document of `n` bytes of type {@link HostFailure}, fetched the same way. Calls block the plugin, never the host.
 */
export const hostNamespace = 'extism:host/user';

/** Extism's own namespace. */
export const extismNamespace = 'extism:host/env';

/** WASI preview 1. */
export const wasiNamespace = 'wasi_snapshot_preview1';

/** What a host function reports when it could not or may not do what was asked. */
export interface HostFailure {
  /** Stable, `FLUX_E_…`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly timeout?: boolean;
  readonly terminal?: boolean;
  readonly retryAfterMs?: number;
}

/** JSON argument of `flux_http_open`. */
export interface HttpRequest {
  readonly method?: string;
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  /** Pairs, so that a name may come twice. Hop-by-hop headers and Host are left out. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The body follows in pieces: `flux_http_write`, then `flux_http_response`. */
  readonly stream?: boolean;
  /** Length of a streamed body, where it is known. */
  readonly length?: number;
  /** Answers at once, with the handle alone, while the request is under way: `flux_http_response` waits for the head. For several at a time. */
  readonly ahead?: boolean;
  /** Wait for the head of the response, ms. */
  readonly timeoutMs?: number;
  /** Redirects to follow, each checked against the grant; 0 (the default) hands the redirect to the plugin. */
  readonly redirects?: number;
}

/** JSON answer of `flux_http_open` and `flux_http_response`; only `handle` when the body is to be streamed, or the request was sent `ahead`. */
export interface HttpResponse {
  readonly handle: number;
  readonly status?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Of the last request, after redirects. */
  readonly url?: string;
}

/** JSON argument of `flux_http_save`. */
export interface HttpSave {
  /** Below `/out`: a file, or with `unpack` the folder for what is in the archive. Folders on the way are made. */
  readonly path: string;
  /** `sha256:…` or `sha512:…` of the body as it comes over the wire; another one is a failure. */
  readonly digest?: string;
  /** Takes the body for an archive. Files and folders are made, links are left out and named in the log, whatever else is in there is a failure. */
  readonly unpack?: 'tar' | 'tar+gzip';
  /** Largest body as it comes over the wire, in bytes. */
  readonly maxBytes?: number;
}

/** JSON answer of `flux_http_save`. */
export interface HttpSaved {
  /** Bytes of the body as it came over the wire. */
  readonly size: number;
  /** Of the same bytes: `sha256:…`, or of the algorithm that was asked for. */
  readonly digest: string;
}

/** JSON argument of `flux_tcp_open`. */
export interface TcpRequest {
  readonly host: string;
  readonly port: number;
  /** Makes a TLS connection, with the TLS settings of the grant. */
  readonly tls?: boolean;
  /** With `tls`: the server says one line in plain before TLS starts, as NATS does. It is in the answer. */
  readonly greeting?: boolean;
  /** Wait for the connection, ms. */
  readonly timeoutMs?: number;
}

/** JSON answer of `flux_tcp_open`. */
export interface TcpResponse {
  /** A WASI file descriptor of a non-blocking stream: `fd_read`, `fd_write`, `poll_oneoff` and `fd_close` work on it. */
  readonly handle: number;
  /** Address and port of the other side, e.g. `[2001:db8::1]:22`. */
  readonly remote: string;
  /** The line that was asked for, without its end. */
  readonly greeting?: string;
}

/** A host function's signature as data: what the loader checks and the reference documentation shows. */
export interface HostFunction {
  readonly parameters: readonly string[];
  readonly returns: string | null;
  /** Capability that the plugin's manifest has to request. */
  readonly capability?: 'http' | 'tcp';
  readonly description: string;
}

const bytes = ['pointer', 'length'] as const;

/** Every function of {@link hostNamespace}. */
export const hostFunctions = {
  flux_input: {
    parameters: bytes,
    returns: 'bytes copied',
    description: 'Copies the input of the call; its length is `input_length` of Extism',
  },
  flux_output: { parameters: bytes, returns: null, description: 'Sets the answer of the call' },
  flux_error: {
    parameters: bytes,
    returns: null,
    description: 'Sets the failure of the call: PluginFailure as JSON, or plain text',
  },
  flux_log: {
    parameters: ['level', ...bytes],
    returns: null,
    description: 'Writes a line to the log; 0 trace, 1 debug, 2 info, 3 warn, 4 error',
  },
  flux_answer: {
    parameters: bytes,
    returns: 'bytes copied',
    description: 'Copies the document that the last function left, once',
  },
  flux_chmod: {
    parameters: ['pointer', 'length', 'mode'],
    returns: 'WASI errno',
    description: 'Marks a file below `/out` as executable (mode & 0o100) or not; WASI has no chmod',
  },
  flux_http_open: {
    parameters: ['request pointer', 'request length', 'body pointer', 'body length'],
    returns: 'length of the answer, or failure',
    capability: 'http',
    description:
      'Sends a HttpRequest and answers with a HttpResponse as soon as the head of the response is there',
  },
  flux_http_write: {
    parameters: ['handle', ...bytes],
    returns: 'bytes taken, 0 when the server wants no more, or failure',
    capability: 'http',
    description:
      'Sends a piece of a streamed request body; waits while the network is slower than the plugin',
  },
  flux_http_response: {
    parameters: ['handle'],
    returns: 'length of the answer, or failure',
    capability: 'http',
    description: 'Ends a streamed request body and answers with a HttpResponse',
  },
  flux_http_read: {
    parameters: ['handle', ...bytes],
    returns: 'bytes read, 0 at the end, or failure',
    capability: 'http',
    description: 'Reads from the body of a response; fills as much as has arrived',
  },
  flux_http_save: {
    parameters: ['handle', ...bytes],
    returns: 'length of the answer, or failure',
    capability: 'http',
    description:
      'Writes what is left of the body of a response below `/out`, as a HttpSave says, without it passing through the plugin; answers with a HttpSaved. ' +
      'What it wrote stays after a failure, so the call has to fail as well',
  },
  flux_http_close: {
    parameters: ['handle'],
    returns: null,
    capability: 'http',
    description: 'Lets go of a request and its response; the end of the call does so too',
  },
  flux_tcp_open: {
    parameters: bytes,
    returns: 'length of the answer, or failure',
    capability: 'tcp',
    description: 'Connects as a TcpRequest says and answers with a TcpResponse',
  },
  flux_tcp_read: {
    parameters: ['handle', ...bytes, 'timeout in ms, negative for none'],
    returns: 'bytes read, 0 at the end, or failure (`timeout` set when the time passed)',
    capability: 'tcp',
    description: 'Reads from a connection, for languages that do not poll',
  },
  flux_tcp_write: {
    parameters: ['handle', ...bytes],
    returns: 'bytes written, or failure',
    capability: 'tcp',
    description: 'Writes to a connection; waits while the network is slower than the plugin',
  },
  flux_tcp_close: {
    parameters: ['handle'],
    returns: null,
    capability: 'tcp',
    description: 'Closes a connection; the end of the call does so too',
  },
} as const satisfies Readonly<Record<string, HostFunction>>;

export type HostFunctionName = keyof typeof hostFunctions;
