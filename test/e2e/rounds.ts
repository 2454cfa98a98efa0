import { type App, configMap } from './app.ts';
import type { World } from './harness.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

/** `count` ConfigMaps `<prefix><n>` that say which round they are of. */
export const many = (count: number, round: number, prefix = 'c') =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `${prefix}${n}.yaml`,
      configMap(`${prefix}${n}`, { round: `${round}` }),
    ]),
  );

/** The rounds of the ConfigMaps that carry the owner label, by name. */
export async function owned(world: World, { namespace }: App): Promise<Record<string, string | undefined>> {
  const { items } = await world.client.list<{
    apiVersion: string;
    kind: string;
    metadata: { name: string };
    data?: Record<string, string>;
  }>(configMaps, { namespace, labelSelector: 'kustomize.toolkit.fluxcd.io/name=app' });
  return Object.fromEntries(items.map(({ metadata, data }) => [metadata.name, data?.['round']]));
}
