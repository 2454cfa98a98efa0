import type { Artifact } from '../../artifacts/types.ts';
import type { FluxObject } from '../types.ts';

/** An object whose status holds an artifact of this process's store. */
export interface SourceObject extends FluxObject {
  spec: { suspend?: boolean; interval?: string; [field: string]: unknown };
  status?: FluxObject['status'] & { artifact?: Artifact };
}

/** Conditions that tell which part of an attempt failed, as in Flux. */
export type FailCondition = 'FetchFailed' | 'IncludeUnavailable' | 'BuildFailed' | 'StorageOperationFailed';

export const failConditions: readonly FailCondition[] = [
  'FetchFailed',
  'IncludeUnavailable',
  'BuildFailed',
  'StorageOperationFailed',
];
