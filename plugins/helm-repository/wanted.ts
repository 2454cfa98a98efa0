/** What servers tell of a version of a file. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** What the host wants of a repository; it comes in place of what `resolve` returned. */
export interface Wanted {
  /** A chart instead of the index. */
  readonly chart?: {
    readonly url: string;
    /** `sha256:<hex>`, as the index has it. */
    readonly digest?: string;
  };
  readonly maxBytes?: number;
  /** Of the index that the host has, from the `state` of the call that fetched it. */
  readonly validators?: Validators;
}

/** Reads it; another host may want less, or nothing. */
export function wantedOf(value: unknown): Wanted {
  if (!isRecord(value)) return {};
  const { chart, maxBytes, validators } = value;
  return {
    ...(isRecord(chart) && typeof chart['url'] === 'string'
      ? { chart: { url: chart['url'], ...text('digest', chart['digest']) } }
      : {}),
    ...(typeof maxBytes === 'number' ? { maxBytes } : {}),
    ...(isRecord(validators)
      ? {
          validators: {
            ...text('etag', validators['etag']),
            ...text('lastModified', validators['lastModified']),
          },
        }
      : {}),
  };
}

function text<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {};
  if (typeof value === 'string') result[key] = value;
  return result;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
