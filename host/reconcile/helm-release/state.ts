import { hasChanges } from '../../apply/diff/diff-set.ts';
import type { Drift } from '../../apply/drift/find.ts';
import { findDrift } from '../../helm/actions/drift.ts';
import { algorithmOf } from '../../helm/digest.ts';
import { isPreserved } from '../../helm/preserved.ts';
import { isPending, type Release } from '../../helm/types.ts';
import { actionContext } from './action-context.ts';
import { currentVersion, hasFailedTest, isTested, latest, type Snapshot } from './history.ts';
import type { Run } from './run.ts';
import { activeRemediation, detectsDrift } from './settings.ts';
import { changedRendering } from './summary.ts';

/** How a release stands to what is wanted. */
export type ReleaseState =
  | {
      readonly is: 'absent' | 'locked' | 'halfGone' | 'unmanaged' | 'outOfSync' | 'failed';
      readonly why: string;
    }
  | { readonly is: 'drifted'; readonly drift: readonly Drift[] }
  | { readonly is: 'untested' | 'inSync' };

/**
 * Looks at Helm's records of a release and at what is remembered of it.
 * @throws FluxError when they cannot be read; Error for a status that nobody knows what to do about
 */
export async function stateOf(run: Run): Promise<ReleaseState> {
  const { storage, context, chart, configDigest } = run;
  const { object } = context;
  const release = await storage.last();
  if (!release) return { is: 'absent', why: 'no release in storage for object' };
  const { status } = release.info;
  if (isPending(release)) return { is: 'locked', why: `release with status '${status}'` };
  if (status === 'uninstalling') return { is: 'halfGone', why: 'release was not uninstalled to the end' };
  const current = latest(object);
  if (!current) {
    return status === 'uninstalled'
      ? { is: 'absent', why: 'found uninstalled release in storage' }
      : { is: 'unmanaged', why: 'found existing release in storage' };
  }
  const tampered = await tamperedWith(run, release, current);
  if (tampered) return { is: 'unmanaged', why: tampered };
  if (status === 'failed') return { is: 'failed', why: release.info.description ?? '' };
  if (status === 'uninstalled') return { is: 'absent', why: 'found uninstalled release in storage' };
  if (status !== 'deployed') throw new Error(`unable to determine state for release with status '${status}'`);
  const { metadata } = release.chart;
  if (metadata.name !== chart.metadata.name || metadata.version !== chart.metadata.version) {
    return { is: 'outOfSync', why: 'release chart changed' };
  }
  // Values that were preserved are in the release, and not in the spec.
  const isAsSet =
    current.configDigest === configDigest ||
    (object.spec.upgrade?.preserveValues === true && isPreserved(release.config ?? {}, run.values));
  if (!isAsSet) return { is: 'outOfSync', why: 'release config values changed' };
  if (object.status?.observedGeneration !== object.metadata.generation) {
    const changed = changedRendering(object);
    if (changed) return { is: 'outOfSync', why: changed };
  }
  if (object.spec.test?.enable) {
    if (!isTested(current)) return { is: 'untested' };
    const remediation = activeRemediation(object);
    if (remediation && !remediation.ignoresTests && hasFailedTest(current)) {
      return { is: 'failed', why: 'release has test in failed phase' };
    }
  }
  if (!detectsDrift(object)) return { is: 'inSync' };
  const { ignore } = object.spec.driftDetection ?? {};
  const drift = await findDrift(actionContext(run, 'correct drift'), release, ignore);
  return hasChanges(drift) ? { is: 'drifted', drift } : { is: 'inSync' };
}

/** Why a record is not the one that was made for the object; undefined when it is. */
export async function tamperedWith(
  { engine }: Pick<Run, 'engine'>,
  release: Release,
  snapshot: Snapshot,
): Promise<string | undefined> {
  if (snapshot.apiVersion !== currentVersion) return undefined;
  if (
    snapshot.name !== release.name ||
    snapshot.namespace !== release.namespace ||
    snapshot.version !== release.version
  ) {
    return 'release not observed to be made for object';
  }
  const { digest } = await engine.observe(release, {
    ociDigest: snapshot.ociDigest,
    algorithm: algorithmOf(snapshot.digest),
  });
  return digest === snapshot.digest ? undefined : 'release digest verification error';
}
