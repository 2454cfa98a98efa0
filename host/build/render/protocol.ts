import type { Rendered } from './render.ts';
import type { Substitution } from './substitution.ts';

/** Main thread → worker. */
export interface RenderJob {
  readonly id: number;
  readonly stream: string;
  readonly substitution: Substitution | null;
}

/** A FluxError on its way between threads. */
export interface RenderFailure {
  readonly code: `FLUX_E_${string}`;
  readonly message: string;
  readonly hint?: string;
  readonly reason?: string;
}

/** Worker → main thread. */
export type RenderAnswer =
  | { readonly id: number; readonly rendered: Rendered }
  | { readonly id: number; readonly failure: RenderFailure }
  /** A fault of this program. */
  | { readonly id: number; readonly crash: string };
