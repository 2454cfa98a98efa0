import { randomFillSync } from 'node:crypto';
import type { WasiContext, WasiFunctions } from './context.ts';
import { Errno, errno } from './errno.ts';

/** Thrown where a plugin ends its own process. */
export class GuestExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`the plugin ended itself with exit code ${code}`);
    this.code = code;
  }
}

/** Nanoseconds of a WASI clock. */
export function now(clock: number): bigint {
  if (clock === 0) return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
  if (clock === 1) return process.hrtime.bigint();
  throw new Errno(errno.EINVAL);
}

// Libraries such as klog read the program's name at start and panic without one.
const programName = new TextEncoder().encode('plugin\0');

/** Clocks, randomness, arguments (a program name) and environment (none). */
export function systemFunctions({ memory }: WasiContext): WasiFunctions {
  const pair = (first: number, a: number, second: number, b: number) => {
    memory.view().setUint32(first >>> 0, a, true);
    memory.view().setUint32(second >>> 0, b, true);
  };
  return {
    args_sizes_get: (count: number, size: number) => pair(count, 1, size, programName.length),
    args_get: (list: number, text: number) => {
      memory.view().setUint32(list >>> 0, text, true);
      memory.bytes(text, programName.length).set(programName);
    },
    environ_sizes_get: (count: number, size: number) => pair(count, 0, size, 0),
    environ_get: () => undefined,
    clock_time_get: (clock: number, _precision: bigint, result: number) =>
      memory.view().setBigUint64(result >>> 0, now(clock), true),
    clock_res_get: (_clock: number, result: number) => memory.view().setBigUint64(result >>> 0, 1000n, true),
    random_get: (pointer: number, length: number) => void randomFillSync(memory.bytes(pointer, length)),
    sched_yield: () => undefined,
    proc_exit: (code: number) => {
      throw new GuestExit(code);
    },
  };
}
