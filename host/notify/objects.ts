import { FluxError } from '../errors/flux-error.ts';
import { gvkOf } from '../kube/object.ts';
import type { KubeClient } from '../kube/types.ts';
import type { LabelLookup } from './alerts/sources.ts';
import type { ReadObject } from './groups/health.ts';

/** How long the API server may take to show an object, ms. */
const timeoutMs = 10_000;

/** Reads the objects that events are about. */
export function readObject(client: KubeClient): ReadObject {
  return async ({ apiVersion, kind, namespace, name }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const resource = await client.resourceFor(gvkOf({ apiVersion, kind }), { signal });
    return client.get(resource, { namespace, name }, { signal });
  };
}

/** The labels of the object that an event is about, as they are now; several Alerts that ask at a time share one request. */
export function labelLookup(client: KubeClient): LabelLookup {
  const pending = new Map<string, ReturnType<LabelLookup>>();
  const read: LabelLookup = async ({ apiVersion, kind, namespace = '', name }) => {
    if (!apiVersion || !kind || !name) {
      throw new FluxError('FLUX_E_NOTIFY_EVENT', 'the event does not name its object', { terminal: true });
    }
    const signal = AbortSignal.timeout(timeoutMs);
    const resource = await client.resourceFor(gvkOf({ apiVersion, kind }), { signal });
    const { metadata } = await client.getMetadata(resource, { namespace, name }, { signal });
    return metadata.labels ?? {};
  };
  return (involved) => {
    const key = JSON.stringify(involved);
    const found = pending.get(key);
    if (found) return found;
    const asked = read(involved).finally(() => pending.delete(key));
    pending.set(key, asked);
    return asked;
  };
}
