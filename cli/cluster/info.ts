import { GitRepository } from '@flux-host/crds/index.ts';
import { crdName } from '@flux-host/crds/kind.ts';
import { isKube } from '@flux-host/host/kube/errors.ts';
import type { KubeClient } from '@flux-host/host/kube/types.ts';
import { definitions } from './resources.ts';

/** What the labels of Flux's definitions tell of the installation in a cluster. */
export interface Installation {
  /** Applied by a Kustomization of Flux itself. */
  readonly bootstrapped: boolean;
  /** The tool that installed it, e.g. `Helm`; empty for `flux` itself. */
  readonly managedBy: string;
  readonly version: string;
  /** e.g. `flux-v2.9.0`; empty when the labels tell nothing. */
  readonly distribution: string;
}

/** The installation of Flux, or undefined when there is none. */
export async function installationIn(
  client: KubeClient,
  signal: AbortSignal,
): Promise<Installation | undefined> {
  const key = { namespace: '', name: crdName(GitRepository) };
  const crd = await client.getMetadata(definitions, key, { signal }).catch((error: unknown) => {
    if (isKube(error, 'notFound')) return undefined;
    throw error;
  });
  if (!crd) return undefined;
  const labels = crd.metadata.labels ?? {};
  const version = labels['app.kubernetes.io/version'] ?? '';
  const partOf = labels['app.kubernetes.io/part-of'];
  const manager = labels['app.kubernetes.io/managed-by'] ?? '';
  return {
    bootstrapped: Object.hasOwn(labels, 'kustomize.toolkit.fluxcd.io/namespace'),
    managedBy: manager === 'flux' ? '' : manager,
    version,
    distribution: partOf ? `${partOf}-${version}` : version,
  };
}
