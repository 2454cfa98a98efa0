import type { WasiContext, WasiFunction, WasiFunctions } from './context.ts';
import { descriptorFunctions } from './descriptor-functions.ts';
import { errno, errnoOf } from './errno.ts';
import { pathFunctions } from './path-functions.ts';
import { pollFunctions } from './poll.ts';
import { systemFunctions } from './system-functions.ts';

/**
 * WASI preview 1 in JavaScript. `node:wasi` has no path isolation and is not stable with Go's modules; browser_wasi_shim
 * spins while a plugin sleeps, polls one thing at a time (Go polls many), and never reuses a descriptor's number.
 */
export function wasi(context: WasiContext): Record<string, (...parameters: never[]) => number> {
  const functions: WasiFunctions = {
    ...descriptorFunctions(context),
    ...pathFunctions(context),
    ...systemFunctions(context),
    ...pollFunctions(context),
    fd_allocate: () => errno.ENOTSUP,
    proc_raise: () => errno.ENOSYS,
    sock_accept: () => errno.ENOTSUP,
  };
  return Object.fromEntries(Object.entries(functions).map(([name, body]) => [name, guarded(body)]));
}

function guarded(body: WasiFunction): (...parameters: never[]) => number {
  return (...parameters) => {
    try {
      return body(...parameters) ?? errno.SUCCESS;
    } catch (error) {
      const number = errnoOf(error);
      if (number !== null) return number;
      // A pointer outside of memory makes DataView throw this; a stack that is full throws it too and is not ours to hide.
      if (error instanceof RangeError && error.message.includes('bounds')) return errno.EFAULT;
      throw error;
    }
  };
}
