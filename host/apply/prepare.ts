import { isRecord, listAt, recordAt, stringAt } from '../json.ts';
import { gvkOf, refOf } from '../kube/object.ts';
import type { ApiResource, KubeObject, ObjectRef } from '../kube/types.ts';
import { namespaceMissing, objectRejected, objectUnnamed } from './errors.ts';
import { digest } from './fingerprint.ts';
import { type CompiledRules, ignoredPaths } from './ignore.ts';
import { objectId } from './inventory.ts';
import { wireForm } from './normalise.ts';
import { ownerLabels } from './owner.ts';
import { retrying } from './retry.ts';
import { type Treatment, treatmentOf } from './skip.ts';
import type { ApplyRequest } from './types.ts';

/** An object on its way to the API server. */
export interface Prepared {
  readonly id: string;
  readonly ref: ObjectRef;
  readonly resource: ApiResource;
  /** Normalised, with owner labels. */
  readonly desired: KubeObject;
  /** Of what is asked for, and of the fields that are left to others. */
  readonly digest: string;
  /** Fields that others manage, as JSON pointers. */
  readonly ignored: readonly string[];
  readonly treatment: Treatment;
}

/** What all objects of a request are prepared with. */
export interface Preparation {
  readonly request: ApplyRequest;
  /** Kinds that the request itself defines. */
  readonly defined: ReadonlyMap<string, ApiResource>;
  readonly rules: CompiledRules;
}

/** @throws FluxError FLUX_E_APPLY_UNNAMED */
export function checkNames(objects: readonly KubeObject[]): void {
  for (const object of objects) {
    if (!object.kind || !object.apiVersion || !object.metadata?.name) throw objectUnnamed(object);
  }
}

/**
 * Brings an object into the form to apply. A namespace is required of namespaced kinds and taken off cluster-scoped ones,
 * which the API server would do as well, so that the inventory has the same id every time.
 * @throws FluxError FLUX_E_APPLY_NO_NAMESPACE, FLUX_E_APPLY_NO_MATCH
 */
export async function prepare(
  object: KubeObject,
  { request, defined, rules }: Preparation,
): Promise<Prepared> {
  const resource = defined.get(kindKey(object)) ?? (await resolve(object, request));
  const desired = wireForm(object);
  const { metadata } = desired;
  if (!resource.namespaced) delete metadata.namespace;
  if (resource.namespaced && !metadata.namespace) throw namespaceMissing(refOf(desired));
  metadata.labels = { ...metadata.labels, ...ownerLabels(request.owner) };
  const ref = refOf(desired);
  const ignored = ignoredPaths(desired, rules);
  return {
    id: objectId(ref),
    ref,
    resource,
    desired,
    digest: digest(JSON.stringify(ignored.length > 0 ? [desired, ignored] : desired)),
    ignored,
    treatment: treatmentOf(desired, request.owner.group),
  };
}

async function resolve(
  object: KubeObject,
  { client, signal, stageTimeoutMs }: ApplyRequest,
): Promise<ApiResource> {
  try {
    return await retrying(() => client.resourceFor(gvkOf(object), { signal }), {
      signal,
      forMs: stageTimeoutMs,
    });
  } catch (error) {
    throw objectRejected(error, { object, step: 'dry-run' });
  }
}

function kindKey({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  return `${apiVersion}/${kind}`;
}

/** The kinds that CRDs define, so that their objects need not wait until discovery has them. */
export function definedKinds(objects: readonly KubeObject[]): Map<string, ApiResource> {
  const kinds = new Map<string, ApiResource>();
  for (const object of objects) {
    if (object.kind !== 'CustomResourceDefinition' || !object.apiVersion.startsWith('apiextensions.k8s.io/'))
      continue;
    const spec = recordAt(object, 'spec');
    const group = stringAt(spec, 'group');
    const kind = stringAt(spec, 'names', 'kind');
    const plural = stringAt(spec, 'names', 'plural');
    if (!group || !kind || !plural) continue;
    for (const entry of listAt(spec, 'versions')) {
      const version = stringAt(entry, 'name');
      if (!version || !isRecord(entry) || entry['served'] === false) continue;
      const namespaced = stringAt(spec, 'scope') !== 'Cluster';
      kinds.set(kindKey({ apiVersion: `${group}/${version}`, kind }), {
        group,
        version,
        kind,
        plural,
        namespaced,
      });
    }
  }
  return kinds;
}
