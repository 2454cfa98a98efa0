import { posix } from 'node:path';
import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import type { Artifact } from '../../artifacts/types.ts';
import { FluxError } from '../../errors/flux-error.ts';
import { errorText } from '../../errors/text.ts';
import type { KubeObject, NamespacedName } from '../../kube/types.ts';
import type { Condition } from '../conditions.ts';

/** A source as a Kustomization sees it: an object with an artifact in its status. */
export interface SourceObject extends KubeObject {
  status?: { artifact?: Artifact; conditions?: Condition[]; observedGeneration?: number };
}

/** Which source a Kustomization refers to. */
export interface SourceKey extends NamespacedName {
  readonly kind: string;
}

export function sourceKeyOf(object: Kustomization): SourceKey {
  const { kind, name, namespace } = object.spec.sourceRef;
  return { kind, name, namespace: namespace ?? object.metadata.namespace ?? '' };
}

export interface SourceLookup {
  find(key: SourceKey): SourceObject | undefined;
  /** Gate DirectSourceFetch: asks the API server instead. */
  read?(key: SourceKey): Promise<SourceObject | undefined>;
  readonly noCrossNamespaceRefs: boolean;
  readonly allowExternalArtifact: boolean;
  readonly requeueDependencyMs: number;
}

/**
 * The artifact to reconcile.
 * @throws FluxError with reason ArtifactFailed (retried, and woken when the source turns ready) or AccessDenied (terminal)
 */
export async function findArtifact(
  object: Kustomization,
  lookup: SourceLookup,
  retryMs: number,
): Promise<Artifact> {
  const key = sourceKeyOf(object);
  const text = `${key.kind}/${key.namespace}/${key.name}`;
  if (lookup.noCrossNamespaceRefs && key.namespace !== object.metadata.namespace) {
    throw denied(`can't access '${text}', cross-namespace references have been blocked`);
  }
  const find = (wanted: SourceKey) => lookUpSource(wanted, lookup);
  // What a PluginSource publishes is this host's own work: no gate is needed, and its word counts, not that of the published copy.
  const own = key.kind === 'ExternalArtifact' ? await find({ ...key, kind: 'PluginSource' }) : undefined;
  if (key.kind === 'ExternalArtifact' && !own && !lookup.allowExternalArtifact) {
    throw denied(`can't access '${text}', ExternalArtifact feature gate is disabled`);
  }
  const source = own ?? (await find(key));
  if (!source) {
    throw new FluxError('FLUX_E_SOURCE_MISSING', `Source '${text}' not found`, {
      reason: 'ArtifactFailed',
      retryAfterMs: retryMs,
      hint: 'create the source, or correct spec.sourceRef',
    });
  }
  if (!source.status?.artifact) {
    throw new FluxError('FLUX_E_SOURCE_NOT_READY', `Source artifact not found, waiting for '${text}'`, {
      reason: 'ArtifactFailed',
      retryAfterMs: lookup.requeueDependencyMs,
      hint: `see why ${text} is not ready`,
    });
  }
  return source.status.artifact;
}

/** A source as the watch has it, or the API server. @throws FluxError FLUX_E_SOURCE_READ with reason ArtifactFailed */
export async function lookUpSource(key: SourceKey, lookup: SourceLookup): Promise<SourceObject | undefined> {
  try {
    return await (lookup.read ? lookup.read(key) : lookup.find(key));
  } catch (error) {
    throw new FluxError(
      'FLUX_E_SOURCE_READ',
      `unable to get source '${key.namespace}/${key.name}': ${errorText(error)}`,
      { reason: 'ArtifactFailed', cause: error, retryAfterMs: lookup.requeueDependencyMs },
    );
  }
}

/** `spec.path` below the artifact's root: `./apps/../x` becomes `x`, and nothing leads out of the root. */
export function pathOf(object: Kustomization): string {
  return posix.normalize(`/${object.spec.path ?? ''}`).replace(/^\/+|\/+$/g, '');
}

function denied(message: string): FluxError {
  return new FluxError('FLUX_E_ACCESS_DENIED', message, { reason: 'AccessDenied', terminal: true });
}
