import type { ChartCrds } from '@flux-host/sdk/contract/chart.ts';
import { computeHealth } from '../../apply/health/compute.ts';
import { isKube } from '../../kube/errors.ts';
import { formatRef, gvkOf, keyOf, refOf } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/types.ts';
import { applyClientSide } from '../client-side/apply.ts';
import { parseCrds } from '../manifest.ts';
import type { Release } from '../types.ts';
import { type ActionContext, helmFieldManager, helmGroup } from './context.ts';
import { namesOf } from './objects.ts';

export type CrdsPolicy = 'Skip' | 'Create' | 'CreateReplace';

const timeoutMs = 60_000;

/**
 * Applies definitions of a chart. They come first: objects of the release may be of their kinds.
 * @throws KubeError; FluxError when they do not get established
 */
export async function applyCrds(
  context: ActionContext,
  { apply_method }: Pick<Release, 'apply_method'>,
  wanted: readonly KubeObject[],
): Promise<void> {
  const { client, owner, identity, applier, signal, waiting } = context;
  if (wanted.length === 0) return;
  const own = { [`${helmGroup}/name`]: owner.name, [`${helmGroup}/namespace`]: owner.namespace };
  const objects = wanted.map((object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...own } },
  }));
  if (apply_method === 'ssa') {
    for (const object of objects) {
      const resource = await client.resourceFor(gvkOf(object), { signal });
      await client.apply(resource, object, { fieldManager: helmFieldManager, force: true, signal });
    }
  } else {
    // Replaced as a whole: a version that is gone has to go.
    await applyClientSide(context, { objects, before: [], force: true });
  }
  context.progress(`waiting for ${namesOf(wanted.map(refOf))} to be established`);
  await waiting(() =>
    applier.wait({ client, identity, objects: wanted.map(refOf), timeoutMs, failFast: true, signal }),
  );
}

/** The definitions below `crds/` of a chart and its subcharts that the policy has applied. @throws KubeError, FluxError FLUX_E_HELM_MANIFEST */
export async function crdsToApply(
  context: Pick<ActionContext, 'client' | 'signal' | 'log'>,
  policy: CrdsPolicy,
  files: readonly ChartCrds[],
): Promise<KubeObject[]> {
  if (policy === 'Skip' || files.length === 0) return [];
  const objects = files.flatMap(parseCrds);
  const others = objects.filter((object) => !isDefinition(object));
  if (others.length > 0) {
    const names = others.map((object) => formatRef(refOf(object))).join(', ');
    context.log(
      `warning: ignoring what is no CustomResourceDefinition in the chart's crds/ directory: ${names}`,
    );
  }
  const wanted: KubeObject[] = [];
  for (const object of objects.filter(isDefinition)) {
    if (policy === 'CreateReplace' || !(await exists(context, object))) wanted.push(object);
  }
  return wanted;
}

function isDefinition({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion.startsWith('apiextensions.k8s.io/') && kind === 'CustomResourceDefinition';
}

/** A definition that an attempt before this one made, and that is of no use yet, is not as good as there. */
async function exists(
  { client, signal }: Pick<ActionContext, 'client' | 'signal'>,
  object: KubeObject,
): Promise<boolean> {
  try {
    const resource = await client.resourceFor(gvkOf(object), { signal });
    const live = await client.get(resource, keyOf(object), { signal });
    return !live.metadata.labels?.[`${helmGroup}/name`] || computeHealth(live).status === 'Current';
  } catch (error) {
    if (isKube(error, 'notFound')) return false;
    throw error;
  }
}
