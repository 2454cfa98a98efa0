import type { Planned } from '@flux-host/host/apply/plan.ts';
import type { KubeClient, KubeObject, ObjectRef } from '@flux-host/host/kube/types.ts';
import type { ReleaseBench } from '../../../releases/run.ts';
import { releases } from './releases.ts';
import type { Section } from './types.ts';

/** What an expander may use. */
export interface ExpansionContext {
  /** Asks the cluster as it is. */
  readonly client: KubeClient;
  /** Renders with all objects as the checkout will have them. */
  readonly bench: ReleaseBench;
}

/** An object of the checkout that makes other objects. */
export interface Expandable {
  readonly ref: ObjectRef;
  readonly action: Planned['action'];
  /** As it will be in the cluster; absent when it stays as it is. */
  readonly object?: KubeObject;
}

/** What comes of an object. */
export interface Expansion extends Omit<Section, 'owner'> {
  /** All that it makes, for who has to know which kinds and namespaces come. */
  readonly objects: readonly KubeObject[];
}

/**
 * Follows objects that make other objects, beside Kustomizations, which the walk itself follows: what comes of a HelmRelease, for one. An
 * object without an expander is listed with what changes in itself.
 */
export interface Expander {
  /** Kind and API group, e.g. `HelmRelease.helm.toolkit.fluxcd.io`. */
  readonly kind: string;
  /**
   * Compares what an object makes with the cluster. It is asked once all of the checkout is known.
   * @returns undefined when the checkout changes nothing about it
   * @throws FluxError, which is reported
   */
  expand(object: Expandable, context: ExpansionContext): Promise<Expansion | undefined>;
  /** What goes with an object that is deleted itself. @throws FluxError, which is reported */
  remove(ref: ObjectRef, context: ExpansionContext): Promise<Expansion | undefined>;
}

/** Every expander there is. */
const expanders: readonly Expander[] = [releases];

/** The expander of a kind. */
export function expanderOf({
  apiVersion,
  kind,
}: Pick<ObjectRef, 'apiVersion' | 'kind'>): Expander | undefined {
  const [group = ''] = apiVersion.split('/');
  return expanders.find((each) => each.kind === `${kind}.${group}`);
}
