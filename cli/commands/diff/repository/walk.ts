import type { Kustomization } from '@flux-host/crds/index.ts';
import { parallel } from '@flux-host/host/apply/parallel.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import { formatKey, formatRef, keyOf, refOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import { asKustomization, isKustomizationKind } from '../../../build/kustomization-file.ts';
import { sourceName } from '../../../build/local-sources.ts';
import type { Future } from '../../../releases/future.ts';
import { staleObjects } from '../find-changes.ts';
import { changesOf } from './changes.ts';
import { type Expandable, type Expansion, type ExpansionContext, expanderOf } from './expanders.ts';
import { asPlanned, type Compared, compareOne, isSame, type Surroundings } from './one.ts';
import { belongings, type Cluster, deletions } from './removal.ts';
import type { Change, Failure, Report, Section } from './types.ts';
import { withYetToCome } from './yet-to-come.ts';

export interface WalkOptions extends Surroundings, Pick<ExpansionContext, 'bench'> {
  /** Learns how objects of the checkout will be. */
  readonly future: Future;
  /** All of the cluster. */
  readonly kustomizations: readonly Kustomization[];
  /** Told what is looked at. */
  progress(text: string): void;
}

/**
 * Compares every Kustomization whose source is on this machine with the cluster: parents before children, children with the spec that their
 * parents give them now, and what is deleted with everything that goes with it. What fails is reported and does not stop the others.
 */
export async function walk(options: WalkOptions): Promise<Report> {
  const { kustomizations, client, settings } = options;
  const live = new Map(kustomizations.map((each) => [nameOf(each), each]));
  const isHere = (each: Kustomization) => options.sources.has(sourceName(each));
  const visited = new Set<string>();
  const sections: Section[] = [];
  const built: KubeObject[] = [];
  const later: (() => Promise<void>)[] = [];

  /** The section stands before those of what it leads to. */
  async function section(owner: ObjectRef, work: () => Promise<Found>): Promise<void> {
    const at = sections.push({ owner, changes: [], failures: [] }) - 1;
    const { followers, ...content } = await tried(work);
    sections[at] = { owner, ...content };
    for (const follow of followers) await follow();
  }

  /** For what is known only once all of the checkout is: the place of the section is kept. */
  async function sectionLater(owner: ObjectRef, work: () => Promise<Expansion | undefined>): Promise<void> {
    const at = sections.push({ owner, changes: [], failures: [] }) - 1;
    later.push(async () => {
      options.progress(formatRef(owner));
      const { followers: _, ...found } = await tried(async () => {
        const { objects, ...content } = (await work()) ?? nothing;
        built.push(...objects);
        return { ...content, followers: [] };
      });
      sections[at] = { owner, ...found };
    });
  }

  async function tried(work: () => Promise<Found>): Promise<Found> {
    try {
      return await work();
    } catch (error) {
      settings.signal.throwIfAborted();
      if (!(error instanceof FluxError)) throw error;
      return { changes: [], failures: [{ error }], followers: [] };
    }
  }

  async function visit(kustomization: Kustomization): Promise<void> {
    if (visited.has(nameOf(kustomization))) return;
    visited.add(nameOf(kustomization));
    const owner = refOf(kustomization);
    options.progress(formatRef(owner));
    await section(owner, async () => {
      if (kustomization.spec.kubeConfig) return elsewhere(owner);
      const compared = await compareOne(kustomization, options);
      built.push(...compared.objects);
      const expandable = expandableOf(compared);
      for (const { object } of expandable) if (object) options.future.add(object);
      const deleted = await deletedBy(compared, { client, signal: settings.signal });
      const { plan } = compared;
      const children = childrenOf(compared, live);
      const others = new Set(
        children.found.filter((child) => !isHere(child)).map((child) => formatRef(refOf(child))),
      );
      const withNote = (change: Change): Change =>
        others.has(formatRef(change.ref))
          ? { ...change, note: 'not followed: its source is not here' }
          : change;
      return {
        changes: [...plan.objects.flatMap(changesOf).map(withNote), ...deleted],
        failures: [...plan.failures, ...children.failures],
        ...(compared.kustomization.spec.suspend && { note: 'suspended: applied once it is resumed' }),
        followers: [
          ...expandable.map((each) => () => expand(each)),
          ...children.found.filter(isHere).map((child) => () => visit(child)),
          ...deleted.map((change) => () => visitDeleted(change.ref)),
        ],
      };
    });
  }

  async function visitDeleted(ref: ObjectRef): Promise<void> {
    const expander = expanderOf(ref);
    if (expander) await sectionLater(ref, () => expander.remove(ref, options));
    const kustomization = isKustomizationKind(ref) ? live.get(formatKey(ref)) : undefined;
    if (!kustomization || visited.has(nameOf(kustomization))) return;
    visited.add(nameOf(kustomization));
    await section(ref, async () => {
      if (kustomization.spec.kubeConfig) return elsewhere(ref);
      const refs = belongings(kustomization);
      const deleted = await deletions(refs, kustomization, { client, signal: settings.signal });
      const followers = deleted.map((change) => () => visitDeleted(change.ref));
      return { changes: deleted, failures: [], note: 'deleted itself', followers };
    });
  }

  async function expand(object: Expandable): Promise<void> {
    const expander = expanderOf(object.ref);
    if (expander) await sectionLater(object.ref, () => expander.expand(object, options));
  }

  const mine = kustomizations.filter(isHere).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const roots = mine.filter((each) => !mine.some((other) => other !== each && isParent(other, each)));
  for (const kustomization of [...roots, ...mine]) await visit(kustomization);
  await parallel(later, expansionsAtOnce, (work) => work());
  const all = withYetToCome(sections, built);
  return { sections: all.filter(isTelling) };
}

/** Charts are rendered one after the other; what is fetched for the next one comes meanwhile. */
const expansionsAtOnce = 2;

const nothing: Expansion = { changes: [], failures: [], objects: [] };

/** A HelmRelease may have nothing but something to say. */
function isTelling({ owner, changes, failures, note }: Section): boolean {
  return changes.length + failures.length > 0 || (note !== undefined && expanderOf(owner) !== undefined);
}

/** The objects of a Kustomization as they will be. */
function expandableOf({ objects, plan }: Compared): Expandable[] {
  const planned = new Map(plan.objects.map((each) => [formatRef(each.ref), each]));
  return objects.map((object) => {
    const ref = refOf(object);
    const found = planned.get(formatRef(ref));
    if (found?.action === 'configured') return { ref, action: found.action, object: found.applied };
    // What cannot be tried yet, for want of its namespace or kind, is to be created.
    const action = found?.action ?? 'created';
    return action === 'created' ? { ref, action, object } : { ref, action };
  });
}

/** What was found of a section, and what it leads to. */
interface Found extends Omit<Section, 'owner'> {
  readonly followers: readonly (() => Promise<void>)[];
}

function elsewhere(ref: ObjectRef): Found {
  const note = 'it applies to another cluster, which is not compared';
  return { changes: [{ ref, action: 'skipped', note }], failures: [], followers: [] };
}

/** What a Kustomization applied before and the checkout does not have any more. */
function deletedBy({ kustomization, plan }: Compared, cluster: Cluster): Promise<Change[]> {
  const present = [
    ...plan.objects.map(({ ref }) => ref),
    ...plan.failures.map(({ object }) => refOf(object)),
  ];
  return deletions(staleObjects(kustomization, present), kustomization, cluster);
}

function nameOf(kustomization: Kustomization): string {
  return formatKey(keyOf(kustomization));
}

function isParent(parent: Kustomization, child: Kustomization): boolean {
  const { labels = {} } = child.metadata;
  return (
    labels['kustomize.toolkit.fluxcd.io/name'] === parent.metadata.name &&
    labels['kustomize.toolkit.fluxcd.io/namespace'] === parent.metadata.namespace
  );
}

/** The Kustomizations that one applies, as they will be. */
function childrenOf(
  { kustomization, objects, plan }: Compared,
  live: ReadonlyMap<string, Kustomization>,
): { found: Kustomization[]; failures: Failure[] } {
  const found: Kustomization[] = [];
  const failures: Failure[] = [];
  for (const object of objects) {
    if (!isKustomizationKind(object) || isSame(refOf(object), kustomization)) continue;
    try {
      const planned = plan.objects.find(({ ref }) => formatRef(ref) === formatRef(refOf(object)));
      const present = live.get(formatKey(keyOf(object)));
      const fresh = (): Kustomization => asKustomization(object, formatRef(refOf(object)));
      found.push(planned && present ? asPlanned(planned, present) : (present ?? fresh()));
    } catch (error) {
      if (!(error instanceof FluxError)) throw error;
      failures.push({ object, error });
    }
  }
  return { found, failures };
}
