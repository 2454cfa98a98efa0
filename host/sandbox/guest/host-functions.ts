import type { HostFailure, HostFunctionName } from '@flux-host/sdk/contract/host-functions.ts';
import type { Answer } from '../protocol.ts';
import { type Bridge, HostError } from './bridge.ts';
import { type CallState, checkOutput } from './call-state.ts';
import type { GuestMemory } from './memory.ts';
import { httpRequest, httpSave, tcpRequest } from './requests.ts';
import { saveBody } from './save.ts';
import { awaitReadable, awaitWritable, type Sockets } from './sockets.ts';
import type { Descriptors } from './wasi/descriptors.ts';
import { Errno, errno, errnoOf } from './wasi/errno.ts';
import { resolvePath } from './wasi/path.ts';
import type { FileTree } from './wasi/tree.ts';

/** What the host functions work on. */
export interface HostFunctionContext {
  readonly state: CallState;
  readonly memory: GuestMemory;
  readonly bridge: Bridge;
  readonly sockets: Sockets;
  readonly descriptors: Descriptors;
  tree(): FileTree;
}

type Body = (...parameters: number[]) => number | undefined;

const encoder = new TextEncoder();
const utf8 = new TextDecoder();
const longestFailure = 1 << 20;

/** The functions of {@link hostFunctions} in the SDK's contract; see there for what each does. */
export function hostFunctionBodies(context: HostFunctionContext): {
  readonly functions: Record<HostFunctionName, Body>;
  /** To be called before each call. */
  reset(): void;
} {
  const { state, memory, bridge, sockets, descriptors } = context;
  const leave = (document: unknown) => {
    state.answer = encoder.encode(JSON.stringify(document));
    return state.answer.length;
  };
  const fail = (failure: HostFailure) => -leave(failure);
  const guarded =
    (body: Body): Body =>
    (...parameters) => {
      try {
        return body(...parameters);
      } catch (error) {
        if (error instanceof HostError) return fail(error.failure);
        if (error instanceof Errno)
          return fail({ code: 'FLUX_E_PLUGIN_ABI', message: abiText(error.number) });
        throw error;
      }
    };
  const json = (pointer: number, length: number): unknown => {
    try {
      return JSON.parse(memory.text(pointer, length));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new HostError({
        code: 'FLUX_E_PLUGIN_ABI',
        message: `the request is not JSON: ${error.message}`,
      });
    }
  };
  const readers = new Map<number, Uint8Array>();
  // Only what is open is closed: a plugin that calls in a loop would fill the host's queue otherwise.
  const exchanges = new Set<number>();
  const whole = new Map<number, Uint8Array>();
  const takeHead = (answer: Answer) => {
    if (typeof answer !== 'object' || !('handle' in answer)) return leave(answer);
    const { body, ...head } = { body: undefined, ...answer };
    exchanges.add(head.handle);
    if (body) whole.set(head.handle, body);
    return leave(head);
  };
  const stream = (handle: number) => {
    const descriptor = descriptors.get(handle);
    if (!descriptor.ready) throw new Errno(errno.ENOTSOCK);
    return descriptor;
  };
  const functions: Record<HostFunctionName, Body> = {
    flux_input: (pointer, length) => {
      const part = state.input.subarray(0, length >>> 0);
      memory.bytes(pointer, part.length).set(part);
      return part.length;
    },
    flux_output: (pointer, length) => {
      checkOutput(length >>> 0, state.limits);
      state.output = memory.bytes(pointer, length).slice();
      return undefined;
    },
    flux_error: (pointer, length) => {
      state.failure = utf8.decode(memory.bytes(pointer, Math.min(length >>> 0, longestFailure)));
      return undefined;
    },
    flux_log: (level, pointer, length) => {
      const bytes = memory.bytes(pointer, Math.min(length >>> 0, 65_536));
      state.log.write(Math.min(Math.max(level, 0), 4), utf8.decode(bytes));
      return undefined;
    },
    flux_answer: (pointer, length) => {
      const part = (state.answer ?? new Uint8Array(0)).subarray(0, length >>> 0);
      memory.bytes(pointer, part.length).set(part);
      state.answer = null;
      return part.length;
    },
    flux_chmod: (pointer, length, mode) => {
      try {
        context.tree().setExecutable(resolvePath('/', memory.text(pointer, length)), (mode & 0o100) !== 0);
        return errno.SUCCESS;
      } catch (error) {
        const number = errnoOf(error);
        if (number === null) throw error;
        return number;
      }
    },
    flux_http_open: guarded((request, requestLength, body, bodyLength) =>
      takeHead(
        bridge.request({
          op: 'http-open',
          request: httpRequest(json(request, requestLength)),
          body: bodyLength === 0 ? null : memory.bytes(body, bodyLength).slice(),
        }),
      ),
    ),
    flux_http_write: guarded((handle, pointer, length) =>
      count(bridge.request({ op: 'http-write', handle, data: memory.bytes(pointer, length).slice() })),
    ),
    flux_http_response: guarded((handle) => takeHead(bridge.request({ op: 'http-response', handle }))),
    flux_http_read: guarded((handle, pointer, length) => {
      let piece = readers.get(handle) ?? whole.get(handle);
      if (!piece) {
        const answer = bridge.request({ op: 'http-read', handle });
        piece = answer instanceof Uint8Array ? answer : new Uint8Array(0);
      }
      const part = piece.subarray(0, length >>> 0);
      memory.bytes(pointer, part.length).set(part);
      if (part.length < piece.length || whole.has(handle)) readers.set(handle, piece.subarray(part.length));
      else readers.delete(handle);
      return part.length;
    }),
    flux_http_save: guarded((handle, request, requestLength) => {
      if (readers.has(handle)) throw new Errno(errno.EBUSY);
      const place = { bridge, tree: context.tree(), limits: state.limits };
      return leave(saveBody(handle, httpSave(json(request, requestLength)), place));
    }),
    flux_http_close: (handle) => {
      readers.delete(handle);
      const ended = whole.delete(handle);
      if (!exchanges.delete(handle)) return undefined;
      if (ended) bridge.letGo(handle);
      else bridge.notify({ op: 'http-close', handle });
      return undefined;
    },
    flux_tcp_open: guarded((pointer, length) => {
      const { descriptor, ...answer } = sockets.open(tcpRequest(json(pointer, length)));
      return leave({ handle: descriptors.add(descriptor), ...answer });
    }),
    flux_tcp_read: guarded((handle, pointer, length, timeoutMs) => {
      const descriptor = stream(handle);
      awaitReadable(descriptor, bridge, timeoutMs ?? -1);
      return broken(
        sockets.failure(descriptor),
        () => descriptor.read?.(memory.bytes(pointer, length), null) ?? 0,
      );
    }),
    flux_tcp_write: guarded((handle, pointer, length) => {
      const descriptor = stream(handle);
      awaitWritable(descriptor, bridge);
      return broken(
        sockets.failure(descriptor),
        () => descriptor.write?.(memory.bytes(pointer, length), null) ?? 0,
      );
    }),
    flux_tcp_close: (handle) => {
      try {
        stream(handle);
        descriptors.close(handle);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
      return undefined;
    },
  };
  const reset = () => {
    readers.clear();
    whole.clear();
    exchanges.clear();
  };
  return { functions, reset };
}

function broken(failure: HostFailure | null, operation: () => number): number {
  try {
    return operation();
  } catch (error) {
    if (failure && error instanceof Errno) throw new HostError(failure);
    throw error;
  }
}

function count(answer: Answer): number {
  return typeof answer === 'number' ? answer : 0;
}

function abiText(number: number): string {
  if (number === errno.EBADF) return 'the handle is not open';
  if (number === errno.EBUSY) return 'the response has been read from already';
  if (number === errno.EFAULT) return 'a pointer leads outside of the memory';
  return `the host function failed with WASI errno ${number}`;
}
