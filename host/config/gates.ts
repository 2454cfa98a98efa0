import { invalidFlag } from './errors.ts';

const noAutomation = 'image-automation-controller is not part of this version';

/** Feature gates of Flux's controllers with their defaults in Flux 2.9; `works` tells whether turning one changes anything here. */
export const featureGates: Readonly<Record<string, { default: boolean; works: boolean; why?: string }>> = {
  AdditiveCELDependencyCheck: { default: false, works: true },
  AdoptLegacyReleases: { default: false, works: false, why: 'releases of Helm 3 are taken over in any case' },
  AllowDNSLookups: { default: false, works: false, why: 'templates have no network' },
  CacheSecretsAndConfigMaps: {
    default: false,
    works: false,
    why: 'Secrets are read when they are needed and not cached',
  },
  // The default of Flux is false.
  CancelHealthCheckOnNewRevision: { default: true, works: true },
  CorrectDrift: { default: false, works: false, why: 'spec.driftDetection says it for each HelmRelease' },
  DefaultToRetryOnFailure: { default: false, works: true },
  DetectDrift: { default: false, works: false, why: 'spec.driftDetection says it for each HelmRelease' },
  DirectSourceFetch: { default: false, works: true },
  DisableChartDigestTracking: { default: false, works: true },
  DisableConfigWatchers: { default: false, works: true },
  DisableFailFastBehavior: { default: false, works: true },
  DisableStatusPollerCache: { default: true, works: false, why: 'health is watched, not polled' },
  ExternalArtifact: { default: false, works: true },
  FluxStorage: { default: false, works: false, why: 'tags of images are in files in any case' },
  GitAllBranchReferences: { default: true, works: false, why: noAutomation },
  GitForcePushBranch: { default: true, works: false, why: noAutomation },
  GitShallowClone: { default: true, works: false, why: noAutomation },
  GitSparseCheckout: { default: false, works: false, why: noAutomation },
  GroupChangeLog: { default: false, works: true },
  MigrateAPIVersion: { default: false, works: true },
  OOMWatch: { default: false, works: false, why: 'plugins have bounded memory' },
  ObjectLevelWorkloadIdentity: { default: false, works: true },
  StrictPostBuildSubstitutions: { default: true, works: true },
  UseHelm3Defaults: { default: false, works: true },
};

export type Gates = (name: string) => boolean;

/**
 * Reads `A=true,B=false`.
 * @returns the switch, and the names of the given gates that have no effect here, with the reason
 * @throws FluxError FLUX_E_FLAG for an unknown gate, as Flux refuses to start with one
 */
export function parseGates(text: string): { gates: Gates; noEffect: string[] } {
  const chosen = new Map<string, boolean>();
  const noEffect: string[] = [];
  for (const part of text.split(',').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim());
    const gate = featureGates[name];
    if (!gate) {
      throw invalidFlag(
        'feature-gates',
        `there is no gate "${name}"`,
        `gates are: ${Object.keys(featureGates).join(', ')}`,
      );
    }
    if (value !== 'true' && value !== 'false') {
      throw invalidFlag('feature-gates', `"${part}" is not of the form Gate=true or Gate=false`);
    }
    chosen.set(name, value === 'true');
    if (!gate.works && (value === 'true') !== gate.default) noEffect.push(`${name}: ${gate.why}`);
  }
  return { gates: (name) => chosen.get(name) ?? featureGates[name]?.default ?? false, noEffect };
}
