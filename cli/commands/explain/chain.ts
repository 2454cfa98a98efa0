import { HelmRelease, Kustomization } from '@flux-host/crds/index.ts';
import { formatRef } from '@flux-host/host/kube/object.ts';
import { managerOf } from '../trace/owner.ts';
import { childrenOf } from './children.ts';
import { isFluxKind } from './judge.ts';
import { type Access, look } from './look.ts';
import { needsOf } from './needs.ts';
import type { Finding, Link, Relation } from './types.ts';

/** Chains that are longer are not read by anybody. */
const maxLinks = 40;

/**
 * Follows an object up to its sources, to what it depends on and to who applied it; and down to what it applied, as long as
 * something is not ready.
 */
export async function chainOf(start: Finding, access: Access): Promise<Link> {
  const seen = new Set<string>();
  const follow = async (finding: Finding, relation?: Relation): Promise<Link> => {
    seen.add(formatRef(finding.ref));
    const needs = [];
    for (const { relation: what, finding: need } of await upwards(finding, access)) {
      if (seen.has(formatRef(need.ref)) || seen.size >= maxLinks) continue;
      // Why a dependency is ready is nobody's question.
      const isEnd = what === 'dependency' && need.state === 'ready';
      if (isEnd) seen.add(formatRef(need.ref));
      needs.push(
        isEnd ? { finding: need, relation: what, needs: [], children: [] } : await follow(need, what),
      );
    }
    return { finding, ...(relation && { relation }), needs, children: [] };
  };
  const link = await follow(start);
  return { ...link, children: await downwards(link, access, seen) };
}

async function upwards(
  { object, resource }: Finding,
  access: Access,
): Promise<{ relation: Relation; finding: Finding }[]> {
  if (!object) return [];
  const manager = await managerOf(object, access.client, access.signal);
  const needs = isFluxKind(resource) ? needsOf(object) : [];
  const parent = manager && {
    relation: 'parent' as const,
    kind: manager.kind === 'HelmRelease' ? HelmRelease : Kustomization,
    name: manager.name,
    namespace: manager.namespace,
  };
  const all = [...(parent ? [parent] : []), ...needs];
  return Promise.all(
    all.map(async ({ relation, kind, name, namespace }) => ({
      relation,
      finding: await look(kind, { name, namespace }, access),
    })),
  );
}

/** What an object applied and is not ready, and what that applied. */
async function downwards(
  { finding }: Pick<Link, 'finding'>,
  access: Access,
  seen: Set<string>,
): Promise<Link[]> {
  if (finding.state === 'ready') return [];
  const links: Link[] = [];
  for (const child of await childrenOf(finding, access)) {
    const key = formatRef(child.ref);
    if (seen.has(key) || seen.size >= maxLinks) continue;
    seen.add(key);
    const relation = child.ref.kind === 'Pod' ? 'pod' : 'applied';
    const children = await downwards({ finding: child }, access, seen);
    links.push({ finding: child, relation, needs: [], children });
  }
  return links;
}
