import type { SummaryRules } from '../summary.ts';

/** How the conditions of a source add up to Ready where nothing but its artifact counts. */
export const sourceRules: SummaryRules = {
  order: [
    'StorageOperationFailed',
    'FetchFailed',
    'ArtifactOutdated',
    'ArtifactInStorage',
    'Stalled',
    'Reconciling',
  ],
  negative: ['StorageOperationFailed', 'FetchFailed', 'ArtifactOutdated', 'Stalled', 'Reconciling'],
};
