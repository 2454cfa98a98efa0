/** An object of a listing. */
export interface Listed {
  readonly key: string;
  /** As it stands in revisions. */
  readonly etag: string;
}

/** Part of a listing. */
export interface Page {
  readonly objects: readonly Listed[];
  /** Asks for the next page; undefined at the end. */
  readonly next?: string;
}

/** What went wrong, in the words of the service. */
export interface Refusal {
  /** e.g. `NoSuchBucket`; empty where the service gives none. */
  readonly code: string;
  readonly message: string;
}

/** One kind of object storage: how its requests and answers look. */
export interface Storage {
  listUrl(prefix: string, next?: string): string;
  /** @throws PluginError when the answer is none of this service */
  page(text: string): Page;
  objectUrl(key: string): string;
  /** ETag of an object from the head of an answer, as it stands in revisions. */
  etagOf(headers: Headers): string;
  refusal(text: string): Refusal;
  /** The code says that the bucket does not exist. */
  isMissingBucket(code: string): boolean;
}
