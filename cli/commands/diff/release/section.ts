import type { HelmRelease } from '@flux-host/crds/index.ts';
import { refOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import { type ReleaseBench, withRelease } from '../../../releases/run.ts';
import type { Section } from '../repository/types.ts';
import { compareRelease } from './objects.ts';
import { planRelease } from './plan.ts';

export interface SectionOptions {
  readonly bench: ReleaseBench;
  /** Asks the cluster as it is. */
  readonly client: KubeClient;
  /** Whether an upgrade is asked for, whatever the host thinks of it. */
  readonly isForced: boolean;
  /** Whether what others did to a release that nothing happens to is of interest. */
  readonly withDrift: boolean;
}

/** What a release would change, with its rendered objects. */
export interface ReleaseSection extends Section {
  readonly objects: readonly KubeObject[];
}

/** Renders a release and compares it. @throws FluxError when it cannot be rendered */
export async function releaseSection(
  release: HelmRelease,
  { bench, client, isForced, withDrift }: SectionOptions,
): Promise<ReleaseSection> {
  const owner = refOf(release);
  return withRelease(release, bench, async (run, { isLocal }) => {
    const plan = await planRelease(run, { client, isForced, isLocal });
    const suspended = release.spec.suspend ? '; suspended: done once it is resumed' : '';
    const note = `${plan.note}${suspended}`;
    if (plan.action === 'none' && !withDrift) {
      return { owner, changes: [], failures: [], objects: [], ...(plan.isTrap && { note }) };
    }
    const compared = await compareRelease(run, plan, release.spec.driftDetection?.ignore);
    return { owner, ...compared, note };
  });
}
