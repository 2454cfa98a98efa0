import { kinds } from '@flux-host/crds/index.ts';
import type { Kind } from '@flux-host/crds/kind.ts';
import { usageError } from '../../command/errors.ts';

/** The newest version of a kind by `group/Kind`. */
export type LatestVersions = ReadonlyMap<string, string>;

const newest = '2.9';
const supported = [newest, '2.8', '2.7', '2.6'];
const ownGroup = 'plugin.extensions.fluxcd.io';

/** What Flux 2.6 had in other versions, or not at all. */
const in26: Readonly<Record<string, string | undefined>> = {
  ImageRepository: 'v1beta2',
  ImagePolicy: 'v1beta2',
  ImageUpdateAutomation: 'v1beta2',
  ArtifactGenerator: undefined,
};

/**
 * The newest API version of each kind in a minor version of Flux.
 * @param flux e.g. `2.8`; empty for the one of this program
 * @throws FluxError FLUX_E_CLI_USAGE for a version that is not supported
 */
export function latestVersions(flux: string): LatestVersions {
  const wanted = flux || newest;
  if (!supported.includes(wanted)) {
    throw usageError(`version ${flux} is not supported, supported versions are: ${supported.join(', ')}`);
  }
  const versionOf = ({ kind, version }: Kind): string | undefined =>
    wanted === '2.6' && Object.hasOwn(in26, kind) ? in26[kind] : version;
  return new Map(
    kinds
      .filter(({ group }) => group !== ownGroup)
      .flatMap((kind) => {
        const version = versionOf(kind);
        return version ? [[`${kind.group}/${kind.kind}`, version] as const] : [];
      }),
  );
}
