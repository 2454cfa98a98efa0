import type { FluxEvent } from '@flux-host/sdk/typescript';
import { invalid, unfit } from './failure.ts';

/**
 * The words of a service for how it went.
 * @param problem in the words of Flux, for events of another severity
 * @throws PluginError for events that are neither of both
 */
export function stateOf<T>(
  { severity }: FluxEvent,
  states: { readonly info: T; readonly error: T },
  problem: string,
): T {
  if (severity === 'info') return states.info;
  if (severity === 'error') return states.error;
  throw unfit(problem);
}

/** Commit statuses tell how it went, so work in progress is not worth one. */
export const inProgress = { skipped: 'the event is about work in progress' } as const;

export const isProgressing = ({ reason }: FluxEvent): boolean => reason === 'Progressing';

/** The service has the status already. */
export const isThere = { skipped: 'the commit has this status already' } as const;

/** @throws PluginError when the host gave no name for the status */
export function statusName(name: string | undefined): string {
  if (name) return name;
  throw invalid('commit status cannot be empty');
}
