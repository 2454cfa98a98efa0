/** What an OCIRepository asks for. */
export interface Wanted {
  /** `https://<registry>/v2/<repository>/` */
  readonly base: string;
  /** As the user wrote it, for messages. */
  readonly url: string;
  readonly ref: {
    readonly tag?: string;
    readonly semver?: string;
    readonly semverFilter?: string;
    readonly digest?: string;
  };
  /** Media type of the layer to take; the first one without it. */
  readonly mediaType?: string;
  readonly operation: 'extract' | 'copy';
}

/** Reads the spec, which the API server has checked. */
export function wantedOf(spec: Readonly<Record<string, unknown>>): Wanted {
  const url = String(spec['url']);
  const [, registry = '', name = ''] = /^oci:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  const { mediaType, operation } = recordOf(spec['layerSelector']);
  const { tag, semver, semverFilter, digest } = recordOf(spec['ref']);
  return {
    base: `https://${registry}/v2/${name}/`,
    url,
    ref: {
      ...text('tag', tag),
      ...text('semver', semver),
      ...text('semverFilter', semverFilter),
      ...text('digest', digest),
    },
    ...text('mediaType', mediaType),
    operation: operation === 'copy' ? 'copy' : 'extract',
  };
}

/** An empty text is as good as none. */
function text<Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  if (typeof value === 'string' && value !== '') found[name] = value;
  return found;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
