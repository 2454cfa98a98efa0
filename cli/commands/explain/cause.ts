import type { Finding, Link } from './types.ts';

/** Reasons of objects that wait for others. */
const waitsForOthers = new Set([
  'DependencyNotReady',
  'ArtifactFailed',
  'SourceNotReady',
  'HelmChartNotReady',
]);

/**
 * Where the trouble begins: an object that waits leads to what it waits for, one that checks the health of others to those.
 * Undefined when the object is ready.
 */
export function causeOf({ finding, needs, children }: Link): Finding | undefined {
  if (finding.state === 'ready') return undefined;
  const waits = finding.state === 'waiting' || waitsForOthers.has(finding.reason);
  const blockers = needs.filter(
    ({ relation, finding: need }) =>
      relation !== 'parent' && need.state !== 'ready' && need.state !== 'unknown',
  );
  const [next] = waits && blockers.length > 0 ? blockers : children;
  return (next && causeOf(next)) ?? finding;
}

/** Every object of a chain, what comes first first: sources, dependencies, the object, what it applied. */
export function inOrder(link: Link): Link[] {
  return [...link.needs.flatMap(inOrder), link, ...link.children.flatMap(inOrder)];
}
