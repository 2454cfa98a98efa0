import type { CallContext } from '@extism/extism';
import type { HttpRequest } from '@flux-host/sdk/contract/host-functions.ts';
import type { HttpHead } from '../protocol.ts';
import { type Bridge, HostError } from './bridge.ts';
import { type CallState, checkOutput } from './call-state.ts';

/** Extism gives a block's address 16 bits, as a signed number; a block's number is not used again within a call. */
const mostBlocks = 32_000;
const mostVariableBytes = 1 << 20;

/** Extism's `log_…` functions in the order of the levels; `get_log_level` answers with the lowest. */
const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

type EnvFunction = (context: CallContext, ...parameters: bigint[]) => bigint | number | undefined;

/** The plugin asked for more of Extism's memory than there is. */
export class KernelMemory extends Error {}

/** Gives blocks within bounds; Extism 1.0.3 gives whatever is asked for, outside of the module's memory limit. */
export interface Kernel {
  readonly functions: Record<string, EnvFunction>;
  /** To be called before each call. */
  reset(): void;
}

/**
 * Those functions of Extism's kernel whose behaviour in 1.0.3 is not safe or not there: unbounded `alloc`, HTTP past the
 * host's egress, variables that survive `reset` as stale addresses, `output_set` that ignores the length.
 */
export function kernel(state: CallState, bridge: Bridge, memoryBytes: number): Kernel {
  const variables = new Map<string, Uint8Array>();
  let blocks = 0;
  let allocated = 0;
  const account = (bytes: number) => {
    blocks += 1;
    allocated += bytes;
    if (blocks > mostBlocks)
      throw new KernelMemory(`it made more than ${mostBlocks} blocks of memory in one call`);
    if (allocated > memoryBytes) throw new KernelMemory('its blocks of memory are larger than its limit');
  };
  const store = (context: CallContext, bytes: Uint8Array) => {
    account(bytes.length);
    const address = context.alloc(bytes.length);
    block(context, address).set(bytes);
    return address;
  };
  const storeText = (context: CallContext, text: string) => store(context, new TextEncoder().encode(text));
  let inputAddress: bigint | null = null;
  const functions: Record<string, EnvFunction> = {
    alloc: (context, size) => {
      account(Number(size));
      return context.alloc(Number(size));
    },
    input_length: () => BigInt(state.input.length),
    input_offset: (context) => {
      inputAddress ??= store(context, state.input);
      return inputAddress;
    },
    input_load_u8: (_context, at) => inputView(state, at, 1).getUint8(0),
    input_load_u64: (_context, at) => inputView(state, at, 8).getBigUint64(0, true),
    output_set: (context, address, length) => {
      checkOutput(Number(length), state.limits);
      if (length === 0n) state.output = new Uint8Array(0);
      else state.output = part(context, address, length);
      return undefined;
    },
    error_set: (context, address) => {
      state.failure = address === 0n ? null : text(context, address);
      return undefined;
    },
    config_get: (context, address) => {
      const key = text(context, address);
      const value = Object.hasOwn(state.config, key) ? state.config[key] : undefined;
      return value === undefined ? 0n : storeText(context, value);
    },
    var_get: (context, address) => {
      const value = variables.get(text(context, address));
      return value === undefined ? 0n : store(context, value);
    },
    var_set: (context, address, value) => {
      const key = text(context, address);
      variables.delete(key);
      if (value === 0n) return undefined;
      const bytes = block(context, value).slice();
      let total = key.length + bytes.length;
      for (const [name, kept] of variables) total += name.length + kept.length;
      if (total > mostVariableBytes) throw new KernelMemory('its variables are larger than 1 MiB');
      variables.set(key, bytes);
      return undefined;
    },
    http_request: (context, request, body) => {
      const { status, headers, content } = fetchWhole(bridge, {
        request: JSON.parse(text(context, request)),
        body: body === 0n ? null : block(context, body).slice(),
        most: memoryBytes,
      });
      state.status = status;
      state.headers = headers;
      return content.length === 0 ? 0n : store(context, content);
    },
    http_status_code: () => state.status,
    http_headers: (context) => storeText(context, JSON.stringify(state.headers)),
    get_log_level: () => 0,
  };
  for (const [level, name] of levels.entries()) {
    functions[`log_${name}`] = (context, address) => {
      state.log.write(level, text(context, address));
      return undefined;
    };
  }
  return {
    functions,
    reset() {
      blocks = allocated = 0;
      inputAddress = null;
    },
  };
}

function inputView(state: CallState, at: bigint, size: number): DataView {
  const offset = Number(at & 0xffffffffffffn);
  const { buffer, byteOffset, byteLength } = state.input;
  if (offset + size > byteLength) throw new RangeError('read outside of the input');
  return new DataView(buffer, byteOffset + offset, size);
}

function block(context: CallContext, address: bigint): Uint8Array {
  const output = context.read(address);
  if (!output) throw new RangeError('address of no block of memory');
  return output.bytes();
}

function part(context: CallContext, address: bigint, length: bigint): Uint8Array {
  const bytes = block(context, address);
  const offset = Number(address & 0xffffffffffffn);
  if (offset + Number(length) > bytes.length) throw new RangeError('output outside of its block of memory');
  return bytes.slice(offset, offset + Number(length));
}

const longestText = 1 << 20;

function text(context: CallContext, address: bigint): string {
  return new TextDecoder().decode(block(context, address).subarray(0, longestText));
}

interface WholeRequest {
  readonly request: {
    url: string;
    method?: string;
    headers?: Record<string, string>;
    header?: Record<string, string>;
  };
  readonly body: Uint8Array | null;
  /** Bytes that the plugin could take. */
  readonly most: number;
}

/** Extism's way: the response at once. Its size counts against the call's budget as the pieces come in. */
function fetchWhole(bridge: Bridge, { request, body, most }: WholeRequest) {
  const { url, method, headers } = request;
  const open: HttpRequest = {
    url: String(url),
    method: String(method ?? 'GET'),
    headers: Object.entries(headers ?? request.header ?? {}).map(
      ([name, value]) => [name, String(value)] as const,
    ),
  };
  const answer = bridge.request({ op: 'http-open', request: open, body });
  if (!isHttpResponse(answer))
    throw new HostError({ code: 'FLUX_E_EGRESS_PROTOCOL', message: 'no response' });
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const piece of piecesOf(bridge, answer)) {
    pieces.push(piece);
    size += piece.length;
    if (size > most) throw new KernelMemory('the response is larger than its limit');
  }
  bridge.letGo(answer.handle);
  const content = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    content.set(piece, at);
    at += piece.length;
  }
  return { status: answer.status ?? 0, headers: joined(answer.headers ?? []), content };
}

function* piecesOf(bridge: Bridge, { handle, body }: HttpHead): Generator<Uint8Array> {
  if (body) return yield body;
  for (;;) {
    const piece = bridge.request({ op: 'http-read', handle });
    if (!(piece instanceof Uint8Array) || piece.length === 0) return;
    yield piece;
  }
}

function isHttpResponse(answer: unknown): answer is HttpHead {
  return typeof answer === 'object' && answer !== null && 'handle' in answer;
}

function joined(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const all: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) all[name] = name in all ? `${all[name]}, ${value}` : value;
  return all;
}
