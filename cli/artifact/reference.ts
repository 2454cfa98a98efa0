import { parseReference, parseRepository } from '@flux-host/host/oci/reference.ts';
import type { Reference, Repository } from '@flux-host/host/oci/types.ts';
import { usageError } from '../command/errors.ts';

/** An address as users give it, with and without its scheme. */
export interface ArtifactAddress {
  readonly ref: Reference;
  /** Without `oci://`, as Flux shows it. */
  readonly shown: string;
}

const scheme = 'oci://';

/** @throws FluxError FLUX_E_CLI_USAGE, FLUX_E_OCI_REFERENCE */
export function artifactAddress([text]: readonly string[], missing: string): ArtifactAddress {
  const shown = withoutScheme(text, missing);
  return { ref: parseReference(shown), shown };
}

/** @throws FluxError FLUX_E_CLI_USAGE, FLUX_E_OCI_REFERENCE for one with a tag */
export function repositoryAddress(
  [text]: readonly string[],
  missing: string,
): { repository: Repository; shown: string } {
  const shown = withoutScheme(text, missing);
  return { repository: parseRepository(shown), shown };
}

function withoutScheme(text: string | undefined, missing: string): string {
  if (!text) throw usageError(missing);
  if (!text.startsWith(scheme)) throw usageError("URL must be in format 'oci://<domain>/<org>/<repo>'");
  return text.slice(scheme.length);
}
