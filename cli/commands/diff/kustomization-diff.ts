import type { Kustomization } from '@flux-host/crds/index.ts';
import type { Planned } from '@flux-host/host/apply/plan.ts';
import type { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { formatKey, formatRef, keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeClient, ObjectRef } from '@flux-host/host/kube/types.ts';
import { type BuildSettings, buildObjects } from '../../build/build.ts';
import type { Checkout } from '../../build/checkout.ts';
import { kustomizationMissing } from '../../build/errors.ts';
import { liveKustomization } from '../../build/find.ts';
import { checkoutOf, type Nesting, nestedIn } from '../../build/recursive.ts';
import { compareDocuments } from '../../differences/compare.ts';
import { humanReport } from '../../differences/human.ts';
import { statesOf } from '../../differences/objects.ts';
import { planFor, staleObjects } from './find-changes.ts';

/** How `flux diff kustomization` goes about it. */
export interface DiffContext {
  readonly settings: BuildSettings;
  readonly client: KubeClient;
  /** Absent when nested Kustomizations are not followed. */
  readonly nesting?: Nesting;
  /** Columns for what stands side by side. */
  readonly width?: number;
  /** Told what is looked at. */
  progress(text: string): void;
}

export interface KustomizationDiff {
  readonly text: string;
  readonly hasChanges: boolean;
  /** What could not be compared. */
  readonly failures: readonly FluxError[];
}

/** The differences between a Kustomization's folder and the cluster, in the order of the build, as Flux words them. */
export async function diffKustomization(
  kustomization: Kustomization,
  checkout: Checkout,
  context: DiffContext,
): Promise<KustomizationDiff> {
  const { settings, client, progress } = context;
  const objects = await buildObjects(kustomization, checkout, settings);
  progress(`running dry-run in ${kustomization.metadata.name}`);
  const plan = await planFor(kustomization, objects, { client, signal: settings.signal });
  const failures = plan.failures.map(({ error }) => error);
  const nested = new Map(
    nestedIn(objects, new Set([formatKey(keyOf(kustomization))])).map((each) => [
      formatKey(keyOf(each)),
      each,
    ]),
  );
  const parts: string[] = [];
  let hasChanges = false;
  for (const planned of plan.objects) {
    const lines = linesOf(planned, context);
    parts.push(lines);
    hasChanges ||= lines !== '' && planned.action !== 'skipped';
    const inner = isKustomization(planned.ref) ? nested.get(formatKey(planned.ref)) : undefined;
    if (!inner || !context.nesting || planned.action === 'created') continue;
    const below = await diffNested(inner, { ...context, nesting: context.nesting });
    parts.push(below.text);
    failures.push(...below.failures);
    hasChanges ||= below.hasChanges;
  }
  if (failures.length > 0) return { text: parts.join(''), hasChanges, failures };
  const stale = staleObjects(
    kustomization,
    plan.objects.map(({ ref }) => ref),
  );
  parts.push(...stale.map((ref) => `► ${formatRef(ref)} deleted\n`));
  return { text: parts.join(''), hasChanges: hasChanges || stale.length > 0, failures };
}

function isKustomization({ apiVersion, kind }: ObjectRef): boolean {
  return kind === 'Kustomization' && apiVersion.startsWith('kustomize.toolkit.fluxcd.io/');
}

function linesOf(planned: Planned, { width }: DiffContext): string {
  const name = formatRef(planned.ref);
  switch (planned.action) {
    case 'created':
    case 'skipped':
      return `► ${name} ${planned.action}\n`;
    case 'unchanged':
      return '';
    case 'configured': {
      const states = statesOf(planned);
      if (!states) return '';
      return `► ${name} drifted\n${humanReport(compareDocuments(states.from, states.to), width)}`;
    }
  }
}

/** A Kustomization that another one applies: as the cluster has it, but for its folder. */
async function diffNested(
  built: Kustomization,
  context: DiffContext & { readonly nesting: Nesting },
): Promise<KustomizationDiff> {
  const { client, settings, nesting } = context;
  const name = formatRef({ kind: built.kind, ...keyOf(built) });
  if (built.spec.kubeConfig) {
    const text = `⚠️ ${name} skipped: diff not supported for remote clusters\n`;
    return { text, hasChanges: false, failures: [] };
  }
  const checkout = await checkoutOf(built, nesting);
  const live = await liveKustomization(client, keyOf(built), settings.signal);
  if (!live) throw kustomizationMissing(keyOf(built));
  const below = await diffKustomization(live, checkout, context);
  return below.hasChanges ? { ...below, text: `📁 ${name} changed\n${below.text}` } : { ...below, text: '' };
}
