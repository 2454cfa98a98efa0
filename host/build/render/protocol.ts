import type { SopsResults, SopsTask } from '../../sops/work/tasks.ts';
import type { Rendered } from './render.ts';
import type { Substitution } from './substitution.ts';

/** What a thread is asked to do. */
export type RenderWork =
  | { readonly kind: 'render'; readonly stream: string; readonly substitution: Substitution | null }
  | SopsTask;

/** What each kind of work gives. */
export interface RenderResults extends SopsResults {
  readonly render: Rendered;
}

/** Main thread → worker. */
export interface RenderJob {
  readonly id: number;
  readonly work: RenderWork;
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
  | { readonly id: number; readonly result: RenderResults[RenderWork['kind']] }
  | { readonly id: number; readonly failure: RenderFailure }
  /** A fault of this program. */
  | { readonly id: number; readonly crash: string };
