/** What scripts tell the outcomes of `flux diff` by, and what is said when there are changes. */
export const exitCodes = {
  changes: 1,
  failure: 2,
  message: 'identified at least one change, exiting with non-zero exit code',
} as const;
