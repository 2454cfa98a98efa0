import { FluxError } from '../../errors/flux-error.ts';

/** A revision becomes a file name and a label of every object that is applied from it. */
export const badRevision = (plugin: string, revision: string) =>
  new FluxError(
    'FLUX_E_SOURCE_REVISION',
    `source ${plugin} answered with the revision ${JSON.stringify(revision.slice(0, 100))}, which is none`,
    {
      reason: 'InvalidRevision',
      hint: 'a revision looks like latest@sha256:<hex>, sha256:<hex> or v1.2.3: tell the author of the plugin',
    },
  );
