/** Kubernetes' own vocabulary as types; every other part of the host builds on these. */

export interface GroupVersionKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A kind as the API server serves it. */
export interface ApiResource extends GroupVersionKind {
  /** Lower-case plural, as in the URL. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** As `kubectl` knows it, e.g. `deploy`; absent when there are none, and for kinds that were not discovered. */
  readonly shortNames?: readonly string[];
}

/** Names an object. `namespace` is empty for cluster-scoped objects. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** Names an object together with its kind, for messages and events. */
export interface ObjectRef extends NamespacedName {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: Record<string, unknown>;
  subresource?: string;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** Any Kubernetes object. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** An object of which only the metadata was asked for (PartialObjectMetadata). */
export interface PartialObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface ListResult<T> {
  readonly items: T[];
  readonly resourceVersion: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

export interface ListOptions extends RequestOptions {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects a page; the client follows `continue` to the end. */
  readonly pageSize?: number;
  /** `0` allows the API server to answer from its watch cache. */
  readonly resourceVersion?: string;
  /** Ask for metadata only; the items then have nothing else. */
  readonly metadataOnly?: boolean;
}

export interface WriteOptions extends RequestOptions {
  readonly fieldManager?: string;
  /** Validates and defaults on the server without storing. */
  readonly dryRun?: boolean;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes over fields that other managers own. */
  readonly force?: boolean;
  readonly subresource?: 'status';
}

export interface DeleteOptions extends RequestOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
  readonly dryRun?: boolean;
}

export type PatchType = 'merge' | 'json' | 'strategic';

export interface PatchOptions extends WriteOptions {
  readonly type: PatchType;
  readonly subresource?: 'status';
}

export interface WatchOptions extends RequestOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  /** Ask for metadata only: small events for kinds whose content is not needed. */
  readonly metadataOnly?: boolean;
  /** The server ends the watch after this many seconds. */
  readonly timeoutSeconds?: number;
  /**
   * Stream the present objects as ADDED events first, ended by a bookmark with `initialEventsEnd` (WatchList: cheaper than a
   * list for both sides). Servers that cannot answer 400 or 422.
   */
  readonly sendInitialEvents?: boolean;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | {
      readonly type: 'BOOKMARK';
      readonly resourceVersion: string;
      /** All objects that existed when the watch began have been sent. */
      readonly initialEventsEnd?: true;
    };

/** Identity to act as: `serviceAccountName` of a Flux object. */
export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
}

/**
 * Everything the host asks of an API server. Failures are `FluxError`s of the KubeError kind (host/kube/errors.ts)
 * that keep the HTTP status and the `Status` reason of the API server.
 */
export interface KubeClient {
  /** Raw request for what the methods below do not cover; `body` is sent as JSON, the answer parsed as JSON. */
  request<T>(
    method: string,
    path: string,
    options?: RequestOptions & { body?: unknown; query?: Record<string, string> },
  ): Promise<T>;

  /** @throws KubeError with `notFound` when there is no such object */
  get<T extends KubeObject>(resource: ApiResource, key: NamespacedName, options?: RequestOptions): Promise<T>;
  getMetadata(resource: ApiResource, key: NamespacedName, options?: RequestOptions): Promise<PartialObject>;
  list<T extends PartialObject = KubeObject>(
    resource: ApiResource,
    options?: ListOptions,
  ): Promise<ListResult<T>>;
  listMetadata(resource: ApiResource, options?: ListOptions): Promise<ListResult<PartialObject>>;
  create<T extends KubeObject>(resource: ApiResource, object: T, options?: WriteOptions): Promise<T>;
  replace<T extends KubeObject>(resource: ApiResource, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(
    resource: ApiResource,
    key: NamespacedName,
    patch: unknown,
    options: PatchOptions,
  ): Promise<T>;
  /** Server-side apply. */
  apply<T extends KubeObject>(resource: ApiResource, object: KubeObject, options: ApplyOptions): Promise<T>;
  delete(resource: ApiResource, key: NamespacedName, options?: DeleteOptions): Promise<void>;
  /** One watch request: ends when the server ends it or the signal aborts; throws KubeError (e.g. 410 Gone). */
  watch<T extends PartialObject>(resource: ApiResource, options: WatchOptions): AsyncIterable<WatchEvent<T>>;

  /**
   * The served resource of a kind, from cached discovery; a miss refreshes the group once (at most every few seconds),
   * so that a kind whose CRD was just applied is found.
   * @throws KubeError with `noMatch` when the API server does not serve the kind
   */
  resourceFor(gvk: GroupVersionKind, options?: RequestOptions): Promise<ApiResource>;
  /** All kinds that the API server serves, preferred versions first. */
  resources(options?: RequestOptions): Promise<ApiResource[]>;

  /** The same server as another identity; shares connections and discovery. */
  impersonate(as: Impersonation): KubeClient;
}

/** A change that a reflector saw. `old` is what the store held before. */
export type StoreEvent<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'updated'; readonly object: T; readonly old: T }
  | { readonly type: 'deleted'; readonly object: T };

/** Read side of a reflector's cache. */
export interface Store<T extends PartialObject> {
  get(key: NamespacedName): T | undefined;
  list(namespace?: string): T[];
  readonly size: number;
}

export interface ReflectorOptions<T extends PartialObject> {
  readonly client: KubeClient;
  readonly resource: ApiResource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly metadataOnly?: boolean;
  /** Runs for every change, in order, one at a time; must not throw and must be quick (enqueue, do not work). */
  onEvent(event: StoreEvent<T>): void;
  /** Shrinks an object before it is stored, e.g. drops managedFields. */
  transform?(object: T): T;
  /**
   * At this interval the store is compared with a list of the server, as a safety net; what differs is counted as missed and
   * repaired. Default 10 min, 0 turns it off.
   */
  readonly resyncMs?: number;
  /** How long after that list the watch may lag behind before a difference counts. Default 10 s. */
  readonly settleMs?: number;
  /** Receives how many objects the watch had missed: not zero is a fault of the server or of this code. */
  onMissed?(count: number): void;
  /** Receives every failure that the reflector recovers from, and what `onEvent` or `transform` threw. */
  onError?(error: unknown): void;
}

/** List, then watch, forever: survives expiry, dropped connections, throttling and API server restarts. */
export interface Reflector<T extends PartialObject> {
  readonly store: Store<T>;
  /** Starts; resolves when the first list is in the store. Runs until the signal aborts. */
  start(signal: AbortSignal): Promise<void>;
  /** Whether the first list arrived. */
  readonly synced: boolean;
}
