import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kustomization } from '@flux-host/crds/index.ts';
import type { Plan, Planned } from '@flux-host/host/apply/plan.ts';
import { normalPath } from '@flux-host/host/build/opening.ts';
import { semanticEqual } from '@flux-host/host/json.ts';
import { formatKey, keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import { type BuildSettings, buildObjects } from '../../../build/build.ts';
import { checkoutIn } from '../../../build/checkout.ts';
import { asKustomization, isKustomizationKind } from '../../../build/kustomization-file.ts';
import { type LocalSources, localSourceOf, sourceName } from '../../../build/local-sources.ts';
import { planFor } from '../find-changes.ts';
import { folderMissing } from './errors.ts';

/** What comparing takes. */
export interface Surroundings {
  readonly client: KubeClient;
  readonly settings: BuildSettings;
  readonly sources: LocalSources;
}

/** A Kustomization that was built and compared. */
export interface Compared {
  /** With the spec that counts in the end. */
  readonly kustomization: Kustomization;
  readonly objects: readonly KubeObject[];
  readonly plan: Plan;
}

/** A Kustomization that applies itself may change how it is built; after so many rounds it is what it is. */
const maxRounds = 3;

/**
 * Builds a Kustomization from the checkout and compares it. One that changes its own spec, as that of a bootstrap does, is built with
 * the new one.
 */
export async function compareOne(
  kustomization: Kustomization,
  surroundings: Surroundings,
): Promise<Compared> {
  let current = kustomization;
  for (let round = 1; ; round += 1) {
    const objects = await build(current, surroundings);
    const { client, settings } = surroundings;
    const plan = await planFor(current, objects, { client, signal: settings.signal });
    const own = plan.objects.find(({ ref }) => isSame(ref, kustomization));
    const next = own && asPlanned(own, current);
    if (!next || round === maxRounds || semanticEqual(next.spec, current.spec)) {
      return { kustomization: current, objects, plan };
    }
    current = next;
  }
}

async function build(
  kustomization: Kustomization,
  { settings, sources }: Surroundings,
): Promise<KubeObject[]> {
  const { path = '' } = kustomization.spec;
  const root = localSourceOf(kustomization, sources);
  const folder = join(root, normalPath(path));
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) throw folderMissing(path, sourceName(kustomization));
  return buildObjects(kustomization, checkoutIn(root, folder), settings);
}

/** Whether a reference means a Kustomization. */
export function isSame(ref: ObjectRef, kustomization: Kustomization): boolean {
  return isKustomizationKind(ref) && formatKey(ref) === formatKey(keyOf(kustomization));
}

/** A Kustomization as it will be: changed, or as it is where nothing changes it. */
export function asPlanned(planned: Planned, otherwise: Kustomization): Kustomization {
  if (planned.action !== 'configured') return otherwise;
  return asKustomization(planned.applied, `Kustomization ${formatKey(planned.ref)}`);
}
