import { FluxError } from '../../errors/flux-error.ts';
import type { FluxObject } from '../types.ts';

/** Somebody else's ExternalArtifact has the name that the artifact has to be published under. */
export const nameTaken = (name: string, { kind }: FluxObject, owner: string) =>
  new FluxError('FLUX_E_SOURCE_NAME', `ExternalArtifact ${name} exists and belongs to ${owner}`, {
    reason: 'ExternalArtifactConflict',
    hint: `let the ${kind} use another name, or delete that ExternalArtifact`,
  });
