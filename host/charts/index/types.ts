/** One version of a chart in a repository's index, as far as it matters for fetching it. */
export interface IndexedVersion {
  readonly name: string;
  readonly version: string;
  /** The first of its addresses, maybe relative to the repository; empty when there is none. */
  readonly url: string;
  /** Hex, with or without `sha256:`; empty when the index has none. */
  readonly digest: string;
  /** Orders versions that differ in build metadata only. */
  readonly created: string;
}

/** Where the reader puts what it finds. */
export interface IndexSink {
  /** Text of the index's own fields, such as `apiVersion`, as YAML. */
  head(text: string): void;
  /** A chart, before its versions. */
  chart(name: string): void;
  /** Fields of one version of the last chart. */
  version(fields: unknown): void;
}

/** Takes an index in as it comes. */
export interface IndexReader {
  push(text: string): void;
  /** @throws IrregularIndex */
  end(): void;
}

/** An index that is not written the way Helm writes it; it may be a good one all the same, and is then read as a whole. */
export class IrregularIndex extends Error {
  override readonly name = 'IrregularIndex';
}
