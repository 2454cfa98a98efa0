import type { Kustomization } from '@flux-host/crds/index.ts';
import { formatKey, keyOf } from '@flux-host/host/kube/object.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { type BuildSettings, buildObjects } from './build.ts';
import { type Checkout, openInSource } from './checkout.ts';
import { liveKustomization } from './find.ts';
import { asKustomization, isKustomizationKind } from './kustomization-file.ts';
import { type LocalSources, localSourceOf } from './local-sources.ts';

/** What following nested Kustomizations takes. */
export interface Nesting {
  readonly sources: LocalSources;
  readonly cwd: string;
}

/** The Kustomizations among built objects, but for those that are seen already. */
export function nestedIn(objects: readonly KubeObject[], seen: ReadonlySet<string>): Kustomization[] {
  return objects
    .filter((object) => isKustomizationKind(object) && !seen.has(formatKey(keyOf(object))))
    .map((object) => asKustomization(object, `Kustomization ${formatKey(keyOf(object))}`));
}

/** The folder of a nested Kustomization. @throws FluxError FLUX_E_CLI_USAGE when it is not known or not there */
export function checkoutOf(kustomization: Kustomization, { sources, cwd }: Nesting): Promise<Checkout> {
  return openInSource(localSourceOf(kustomization, sources), kustomization.spec.path ?? '', cwd);
}

/**
 * The objects of a Kustomization, followed by those of the Kustomizations among them. Of a nested one the cluster's version counts if
 * there is one, but its folder is that of the built one: so it is with Flux.
 */
export async function buildRecursively(
  kustomization: Kustomization,
  checkout: Checkout,
  { settings, nesting, seen = new Set() }: { settings: BuildSettings; nesting: Nesting; seen?: Set<string> },
): Promise<KubeObject[]> {
  seen.add(formatKey(keyOf(kustomization)));
  const objects = await buildObjects(kustomization, checkout, settings);
  const all = [...objects];
  for (const built of nestedIn(objects, seen)) {
    const folder = await checkoutOf(built, nesting);
    const { client, signal } = settings;
    const live = client && (await liveKustomization(client, keyOf(built), signal));
    all.push(...(await buildRecursively(live ?? built, folder, { settings, nesting, seen })));
  }
  return all;
}
