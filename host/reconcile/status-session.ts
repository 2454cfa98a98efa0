import { clone } from '../json.ts';
import { keyOf } from '../kube/object.ts';
import type { ApiResource, KubeClient, KubeObject } from '../kube/types.ts';
import { mergePatch } from './merge-patch.ts';
import type { FluxObject } from './types.ts';

export interface StatusSessionOptions<T> {
  readonly client: KubeClient;
  readonly resource: ApiResource;
  readonly object: T;
  readonly fieldManager: string;
  /** Takes secrets out of condition messages. */
  redact(text: string): string;
}

/**
 * The one way to write an object's status and finalizers. It remembers what the API server has and sends the difference
 * as a merge patch; nothing changed means no request.
 */
export class StatusSession<T extends FluxObject> {
  readonly object: T;
  #written: T;
  readonly #client: KubeClient;
  readonly #resource: ApiResource;
  readonly #fieldManager: string;
  readonly #redact: (text: string) => string;
  /** Ends when all writes so far have; never rejects. */
  #patches: Promise<void> = Promise.resolve();

  constructor(options: StatusSessionOptions<T>) {
    this.#client = options.client;
    this.#resource = options.resource;
    this.#fieldManager = options.fieldManager;
    this.#redact = options.redact;
    this.#written = options.object;
    this.object = clone(options.object);
  }

  /** The object as the API server last returned it. */
  get written(): T {
    return this.#written;
  }

  /** Writes `object.status`, as it is when the writes before are done. */
  patch(signal?: AbortSignal): Promise<void> {
    const patch = this.#patches.then(() => this.#write(signal));
    this.#patches = patch.catch(() => {});
    return patch;
  }

  async #write(signal?: AbortSignal): Promise<void> {
    for (const condition of this.object.status?.conditions ?? [])
      condition.message = this.#redact(condition.message);
    // What is sent, since the attempt may go on and change its status while the request is under way.
    const status = clone(this.object.status);
    const changes = mergePatch({ ...this.#written.status }, { ...status });
    if (!changes) return;
    const after = await this.#client.patch<T>(
      this.#resource,
      keyOf(this.object),
      { status: changes },
      {
        type: 'merge',
        subresource: 'status',
        fieldManager: this.#fieldManager,
        ...(signal ? { signal } : {}),
      },
    );
    // The answer's spec, not ours: somebody may have changed it meanwhile, and this is what the next attempt starts from. Our
    // status, since fields that the schema drops would otherwise be sent again and again.
    this.#written = { ...after, status };
  }

  /** Adds or removes the finalizer; refuses (409) when somebody else changed the object meanwhile. */
  async setFinalizers(finalizers: readonly string[], signal?: AbortSignal): Promise<void> {
    const after = await this.#client.patch<KubeObject>(
      this.#resource,
      keyOf(this.object),
      { metadata: { finalizers, resourceVersion: this.#written.metadata.resourceVersion } },
      { type: 'merge', fieldManager: this.#fieldManager, ...(signal ? { signal } : {}) },
    );
    this.object.metadata = after.metadata;
    this.#written = { ...this.#written, metadata: clone(after.metadata) };
  }
}
