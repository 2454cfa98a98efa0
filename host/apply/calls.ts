import { isKube } from '../kube/errors.ts';
import { keyOf } from '../kube/object.ts';
import type { KubeObject } from '../kube/types.ts';
import { cleanupPatch, type JsonPatchOperation, migrationPatch } from './cleanup.ts';
import { objectRejected } from './errors.ts';
import type { Prepared } from './prepare.ts';
import { retrying } from './retry.ts';
import type { ApplyRequest } from './types.ts';
import { withoutUnknownFields } from './unknown-fields.ts';

/** The live object, or null if there is none. */
export async function read(
  { resource, desired }: Prepared,
  request: ApplyRequest,
): Promise<KubeObject | null> {
  const { client, signal, stageTimeoutMs } = request;
  try {
    const get = () => client.get<KubeObject>(resource, keyOf(desired), { signal });
    return await retrying(get, { signal, forMs: stageTimeoutMs });
  } catch (error) {
    // A kind that is not served yet, too: applying it tells in better words.
    if (isKube(error, 'notFound')) return null;
    throw objectRejected(error, { object: desired, step: 'query' });
  }
}

/** The API server names one unknown field at a time. */
const maxUnknownFields = 20;

interface Submit {
  readonly object: KubeObject;
  readonly dryRun: boolean;
}

/**
 * Server-side apply with forced ownership. Errors are the API server's own: see objectRejected.
 */
export async function submit(
  { resource }: Prepared,
  request: ApplyRequest,
  { object, dryRun }: Submit,
): Promise<KubeObject> {
  const { client, signal, stageTimeoutMs, owner } = request;
  const options = { fieldManager: owner.fieldManager, force: true, dryRun, signal };
  const send = (body: KubeObject): Promise<KubeObject> =>
    retrying(() => client.apply<KubeObject>(resource, body, options), { signal, forMs: stageTimeoutMs });
  let body = object;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send(body);
    } catch (error) {
      const known = request.strictFields ? undefined : withoutUnknownFields(body, error);
      if (!known || attempt === maxUnknownFields) throw error;
      body = known;
    }
  }
}

/** Applies a JSON patch that tests the resourceVersion; undefined when someone else was faster. */
async function patchLive(
  { resource, desired }: Prepared,
  request: ApplyRequest,
  patch: readonly JsonPatchOperation[],
): Promise<KubeObject | undefined> {
  const { client, signal, owner } = request;
  try {
    const options = { type: 'json', fieldManager: owner.fieldManager, signal } as const;
    return await client.patch<KubeObject>(resource, keyOf(desired), patch, options);
  } catch (error) {
    if (isKube(error, 'conflict') || isKube(error, 'invalid')) return undefined;
    throw objectRejected(error, { object: desired, step: 'metadata.managedFields cleanup' });
  }
}

const attempts = 5;

/** Takes over fields and removes obsolete metadata; returns the object after that. */
export async function cleanUp(
  item: Prepared,
  request: ApplyRequest,
  live: KubeObject,
): Promise<KubeObject | null> {
  const { fieldManager } = request.owner;
  const { overrideManagers = [] } = request;
  return patchUntilClean(item, request, {
    live,
    patchOf: (object) => cleanupPatch(object, { fieldManager, overrideManagers }),
  });
}

/** Moves `managedFields` to the API version of the desired object. */
export async function migrate(
  item: Prepared,
  request: ApplyRequest,
  live: KubeObject,
): Promise<KubeObject | null> {
  return patchUntilClean(item, request, {
    live,
    patchOf: (object) => migrationPatch(object, item.desired.apiVersion),
  });
}

interface Patching {
  readonly live: KubeObject;
  readonly patchOf: (object: KubeObject) => JsonPatchOperation[];
}

async function patchUntilClean(
  item: Prepared,
  request: ApplyRequest,
  { live, patchOf }: Patching,
): Promise<KubeObject | null> {
  let current: KubeObject | null = live;
  for (let attempt = 0; current && attempt < attempts; attempt++) {
    const patch = patchOf(current);
    if (patch.length === 0) return current;
    const patched = await patchLive(item, request, patch);
    if (patched) return patched;
    current = await read(item, request);
  }
  return current;
}
