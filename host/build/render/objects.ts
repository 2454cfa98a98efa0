import { isRecord } from '../../json.ts';
import type { KubeObject } from '../../kube/types.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The Kubernetes objects in a document: itself, or the items of a list. As in Flux, what has no apiVersion, kind or name,
 * and kustomize's own configuration, is left out.
 */
export function* objectsIn(value: unknown): Generator<KubeObject> {
  if (!isRecord(value)) return;
  const { kind, items } = value;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    for (const item of items) yield* objectsIn(item);
  } else if (isObject(value) && !isKustomizeConfig(value)) {
    yield value;
  }
}

function isObject(value: Json): value is KubeObject {
  const { apiVersion, kind, metadata } = value;
  return isFilled(apiVersion) && isFilled(kind) && isRecord(metadata) && isFilled(metadata['name']);
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isKustomizeConfig({ apiVersion, kind }: KubeObject): boolean {
  return (
    apiVersion.startsWith('kustomize.config.k8s.io/') && (kind === 'Kustomization' || kind === 'Component')
  );
}

/** `Kind/namespace/name` of what may not even be an object, for messages. */
export function nameOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const parts = [value['kind'], metadata['namespace'], metadata['name']];
  return parts.filter((part) => typeof part === 'string' && part !== '').join('/') || undefined;
}
