/** A request as it would have gone out, with everything that the host adds. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As text. */
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Uint8Array;
  /** The body as JSON. @throws SyntaxError when it is none */
  json(): unknown;
}

/** What the world answers to a plugin under test. */
export interface RecordedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or anything else as JSON. Default: `{}`. */
  readonly body?: unknown;
}

export type Respond = (request: RecordedRequest) => RecordedAnswer | Promise<RecordedAnswer> | undefined;
