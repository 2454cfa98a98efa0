import type { ChartCrds } from '@flux-host/sdk/contract/chart.ts';
import { isKube } from '../../kube/errors.ts';
import { formatRef, gvkOf, keyOf, refOf } from '../../kube/object.ts';
import type { KubeObject } from '../../kube/types.ts';
import { parseManifest } from '../manifest.ts';
import { type ActionContext, helmFieldManager, helmGroup } from './context.ts';

export type CrdsPolicy = 'Skip' | 'Create' | 'CreateReplace';

const timeoutMs = 60_000;

/**
 * Applies the definitions below `crds/` of a chart and its subcharts, before its templates are rendered: they may ask for the kinds.
 * @throws KubeError; FluxError when they do not get established
 */
export async function applyCrds(
  context: ActionContext,
  policy: CrdsPolicy,
  files: readonly ChartCrds[],
): Promise<void> {
  const { client, owner, identity, applier, signal, waiting } = context;
  const wanted = await crdsToApply(context, policy, files);
  if (wanted.length === 0) return;
  const labels = { [`${helmGroup}/name`]: owner.name, [`${helmGroup}/namespace`]: owner.namespace };
  for (const object of wanted) {
    const resource = await client.resourceFor(gvkOf(object), { signal });
    const labelled = {
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
    };
    await client.apply(resource, labelled, { fieldManager: helmFieldManager, force: true, signal });
  }
  context.progress(`waiting for ${wanted.length} definitions to be established`);
  await waiting(() =>
    applier.wait({ client, identity, objects: wanted.map(refOf), timeoutMs, failFast: true, signal }),
  );
}

/** The definitions of a chart that the policy has applied. @throws KubeError */
export async function crdsToApply(
  context: Pick<ActionContext, 'client' | 'signal' | 'log'>,
  policy: CrdsPolicy,
  files: readonly ChartCrds[],
): Promise<KubeObject[]> {
  if (policy === 'Skip' || files.length === 0) return [];
  const objects = files.flatMap(({ manifest }) => parseManifest(manifest));
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

async function exists(
  { client, signal }: Pick<ActionContext, 'client' | 'signal'>,
  object: KubeObject,
): Promise<boolean> {
  try {
    await client.getMetadata(await client.resourceFor(gvkOf(object), { signal }), keyOf(object), { signal });
    return true;
  } catch (error) {
    if (isKube(error, 'notFound')) return false;
    throw error;
  }
}
