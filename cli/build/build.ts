import type { Kustomization } from '@flux-host/crds/index.ts';
import { ownerLabels } from '@flux-host/host/apply/owner.ts';
import { FluxError } from '@flux-host/host/errors/flux-error.ts';
import type { KubeClient, KubeObject } from '@flux-host/host/kube/types.ts';
import type { Redactor } from '@flux-host/host/observability/redact.ts';
import { builderOf } from '@flux-host/host/reconcile/kustomization/builder.ts';
import { withCommonMetadata } from '@flux-host/host/reconcile/kustomization/common-metadata.ts';
import { kustomizeGroup } from '@flux-host/host/reconcile/kustomization/owner.ts';
import { variablesOf } from '@flux-host/host/reconcile/kustomization/variables.ts';
import type { Checkout } from './checkout.ts';
import type { Engine } from './engine.ts';
import { outsideOfTree } from './errors.ts';
import { maskEncrypted } from './sops-mask.ts';

/** How to build, for all Kustomizations of one command. */
export interface BuildSettings {
  readonly engine: Engine;
  /** Absent with `--dry-run`: variables of ConfigMaps and Secrets are left out then. */
  readonly client?: KubeClient;
  /** Learns the values of Secrets that are read. */
  readonly redactor: Redactor;
  /** Patterns of `--ignore-paths`. */
  readonly ignore: readonly string[];
  readonly strict: boolean;
  /** Default `allow`. */
  readonly remoteBases?: 'allow' | 'refuse';
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * The objects of a Kustomization as the host would apply them, in the order of the build, but for one thing: what is encrypted stays so, with a
 * mask in place of its values.
 * @throws FluxError with reason BuildFailed
 */
export async function buildObjects(
  kustomization: Kustomization,
  { tree, path }: Checkout,
  settings: BuildSettings,
): Promise<KubeObject[]> {
  const { spec, metadata } = kustomization;
  const { engine, strict, timeoutMs, signal } = settings;
  const namespace = metadata.namespace ?? '';
  const plugin = builderOf(kustomization);
  const variables = await variablesFor(kustomization, settings);
  const config = plugin === 'kustomize' ? { ignore: settings.ignore.join('\n') } : spec.builder?.config;
  const strategy = spec.postBuild?.substituteStrategy;
  const { objects } = await withinTree(tree.dir, () =>
    engine.builder.build({
      plugin,
      tree,
      path,
      spec,
      tenant: namespace,
      remoteBases: settings.remoteBases ?? 'allow',
      strict,
      timeoutMs,
      signal,
      ...(config ? { config } : {}),
      ...(variables ? { variables } : {}),
      ...(strategy ? { substituteStrategy: strategy } : {}),
    }),
  );
  const labels = ownerLabels({ group: kustomizeGroup, namespace, name: metadata.name });
  const owned = objects.map((object) => maskEncrypted(withLabels(object, labels)));
  return [...withCommonMetadata(kustomization, owned)];
}

/** Names the folder that a build may read to whom it was too small. */
async function withinTree<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FluxError && error.message.includes('root of the artifact')) {
      throw outsideOfTree(error, root);
    }
    throw error;
  }
}

function variablesFor(kustomization: Kustomization, { client, redactor, signal }: BuildSettings) {
  if (client) return variablesOf(kustomization, { client, redactor }, signal);
  return kustomization.spec.postBuild && { ...kustomization.spec.postBuild.substitute };
}

function withLabels(object: KubeObject, labels: Record<string, string>): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, ...labels } } };
}
