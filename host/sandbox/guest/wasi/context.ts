import type { GuestMemory } from '../memory.ts';
import type { Descriptors } from './descriptors.ts';
import type { FileTree } from './tree.ts';

/** What the WASI functions work on; tree and output change from call to call. */
export interface WasiContext {
  readonly memory: GuestMemory;
  readonly descriptors: Descriptors;
  tree: FileTree;
  /** Sleeps until something arrives from the host or the time has passed; null: however long it takes. */
  wait(ms: number | null): void;
}

/** A WASI function without its error handling; numbers are i32, bigints i64. Nothing returned means success. */
// biome-ignore lint/suspicious/noConfusingVoidType: most functions have nothing to return
export type WasiFunction = (...parameters: never[]) => number | void;
export type WasiFunctions = Readonly<Record<string, WasiFunction>>;
