import Type, { type Static } from 'typebox';

/**
 * A `chart` plugin exports `inspect`, `package`, `compose`, `render`, `assemble` and `observe`: it knows the format of charts, their values, templates and releases, and no cluster. What a chart
 * needs from outside (other charts, objects that its templates look up) is fetched by the host: the plugin answers with the wish and is called
 * again with it fulfilled.
 */
const chart = Type.String({
  description: 'Folder or archive below `/in`, without leading `./`; empty for `/in` itself',
});

/** As in Chart.yaml. */
const metadata = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Chart.yaml: `name`, `version`, `appVersion`, `annotations`, …',
});

const dependencyFields = {
  name: Type.String(),
  version: Type.Optional(Type.String({ description: 'A version or a range of versions' })),
  repository: Type.Optional(Type.String({ description: 'URL: `https://…`, `oci://…`, `file://…`' })),
  alias: Type.Optional(Type.String({ description: 'Name that it has in this chart instead of its own' })),
  condition: Type.Optional(Type.String()),
  tags: Type.Optional(Type.Array(Type.String())),
};

/** What a chart is made of besides itself. */
export const ChartDependency = Type.Object(dependencyFields);
export type ChartDependency = Static<typeof ChartDependency>;

/** A file below `crds/` of a chart or of one of its subcharts. */
export const ChartCrds = Type.Object({
  file: Type.String({ description: 'With the names of the charts, e.g. `app/charts/db/crds/backup.yaml`' }),
  manifest: Type.String({ description: 'As it is: one or more YAML documents' }),
});
export type ChartCrds = Static<typeof ChartCrds>;

export const InspectRequest = Type.Object({
  chart,
  values: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description:
        'The values it is to be released with: subcharts that they switch off have no part in `crds`',
    }),
  ),
});
export type InspectRequest = Static<typeof InspectRequest>;

export const InspectResponse = Type.Object({
  metadata,
  dependencies: Type.Array(
    Type.Object({
      ...dependencyFields,
      missing: Type.Boolean({ description: 'It is not among the chart’s own subcharts' }),
    }),
  ),
  values: Type.Record(Type.String(), Type.Unknown(), { description: 'The defaults, values.yaml' }),
  schema: Type.Optional(Type.Unknown({ description: 'values.schema.json' })),
  crds: Type.Array(ChartCrds),
});
export type InspectResponse = Static<typeof InspectResponse>;

export const PackageRequest = Type.Object({
  chart,
  versionMetadata: Type.Optional(
    Type.String({
      description: 'Build metadata for the version, e.g. a revision: `1.0.0` becomes `1.0.0+<it>`',
    }),
  ),
  valuesFiles: Type.Optional(
    Type.Object(
      {
        from: Type.Union([Type.Literal('source'), Type.Literal('chart')], {
          description: 'Whether the paths are relative to `/in` or to the chart',
        }),
        files: Type.Array(Type.String()),
        ignoreMissing: Type.Optional(Type.Boolean()),
      },
      {
        description:
          'Merged in this order they become the chart’s values.yaml; `values.yaml` alone changes nothing',
      },
    ),
  ),
  dependencies: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        'Name or alias of a dependency → archive or folder where the host mounted it, e.g. `/dependencies/0/db-1.0.0.tgz`',
    }),
  ),
});
export type PackageRequest = Static<typeof PackageRequest>;

export const PackageResponse = Type.Union([
  Type.Object({
    name: Type.String(),
    version: Type.String({ description: 'With the metadata that was asked for' }),
    file: Type.Optional(
      Type.String({
        description:
          'Archive below `/out`; absent when `chart` is an archive already in which nothing is to be changed. The same input gives the same bytes',
      }),
    ),
    valuesFiles: Type.Optional(Type.Array(Type.String(), { description: 'Those that were merged' })),
    resolved: Type.Optional(Type.Integer({ description: 'Dependencies that were added to the chart' })),
  }),
  Type.Object({
    dependencies: Type.Array(ChartDependency, {
      minItems: 1,
      description: 'What the host has to fetch first; it then calls `package` again with `dependencies` set',
    }),
  }),
]);
export type PackageResponse = Static<typeof PackageResponse>;

/** An object that templates look up. Without a name it is a list, without a namespace one of the cluster. */
export const ChartLookup = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  namespace: Type.String(),
  name: Type.String(),
});
export type ChartLookup = Static<typeof ChartLookup>;

const values = Type.Record(Type.String(), Type.Unknown());

/** Labels and annotations that all objects get. */
export const AddedMetadata = Type.Object({
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type AddedMetadata = Static<typeof AddedMetadata>;

export const RenderRequest = Type.Object({
  chart,
  chartVersion: Type.Optional(Type.String({ description: 'Takes the place of the version in Chart.yaml' })),
  values: Type.Record(Type.String(), Type.Unknown(), {
    description: 'What the user sets, over the defaults',
  }),
  reuse: Type.Optional(
    Type.Object(
      { values, config: values },
      {
        description:
          'Defaults of the chart and settings of the release before, which are kept where nothing else is set',
      },
    ),
  ),
  release: Type.Object({
    name: Type.String(),
    namespace: Type.String(),
    revision: Type.Integer({ minimum: 1 }),
    isInstall: Type.Boolean(),
    isUpgrade: Type.Boolean(),
  }),
  capabilities: Type.Object({
    kubeVersion: Type.String({ description: 'Of the target cluster, e.g. `v1.36.3`' }),
    apiVersions: Type.Array(Type.String(), { description: '`apps/v1`, `apps/v1/Deployment`, …' }),
  }),
  skipSchemaValidation: Type.Optional(Type.Boolean()),
  subchartNotes: Type.Optional(Type.Boolean({ description: 'Notes of subcharts, too' })),
  lookups: Type.Optional(
    Type.Array(
      Type.Object({
        ...ChartLookup.properties,
        object: Type.Optional(Type.Unknown({ description: 'Absent when there is none' })),
        error: Type.Optional(Type.String({ description: 'Why it could not be looked up' })),
      }),
      { description: 'Answers to all that was asked for so far' },
    ),
  ),
  postRender: Type.Optional(
    Type.Object(
      {
        strategy: Type.Union([Type.Literal('combined'), Type.Literal('separate'), Type.Literal('nohooks')], {
          description: 'Hooks along with other objects, in a stream of their own, or not at all',
        }),
        byHost: Type.Optional(
          Type.Boolean({
            description: 'Answer with streams, which the host changes and hands to `assemble`',
          }),
        ),
        metadata: Type.Optional(Type.Array(AddedMetadata, { description: 'Added in this order' })),
      },
      { description: 'What happens to the objects after the templates' },
    ),
  ),
});
export type RenderRequest = Static<typeof RenderRequest>;

/** A hook, as Helm keeps it in a release. */
export const ChartHook = Type.Object({
  name: Type.Optional(Type.String()),
  kind: Type.Optional(Type.String()),
  path: Type.String({ description: 'Template that it is of' }),
  manifest: Type.String(),
  events: Type.Array(Type.String(), { description: '`pre-install`, `post-upgrade`, `test`, …' }),
  weight: Type.Optional(Type.Integer()),
  delete_policies: Type.Optional(Type.Array(Type.String())),
  output_log_policies: Type.Optional(Type.Array(Type.String())),
});
export type ChartHook = Static<typeof ChartHook>;

export const AssembleResponse = Type.Object({
  manifest: Type.String({ description: 'YAML documents in the order of installation, without hooks' }),
  hooks: Type.Array(ChartHook, { description: 'In the order of installation of their kinds' }),
});
export type AssembleResponse = Static<typeof AssembleResponse>;

const streams = Type.Record(Type.String(), Type.String(), {
  description: 'YAML documents by the name of their group: `` for all, or `hooks` and `manifests`',
});
const untouched = Type.Optional(
  Type.Record(Type.String(), Type.String(), { description: 'What is not post-rendered, by template' }),
);

const rendered = {
  chart: Type.Record(Type.String(), Type.Unknown(), {
    description: 'As Helm keeps it in a release: `metadata`, `templates`, `values`, …',
  }),
  config: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'The settings, with those that were reused' }),
  ),
  notes: Type.String(),
  crds: Type.Optional(Type.Array(ChartCrds)),
};

export const RenderResponse = Type.Union([
  Type.Object({ ...rendered, ...AssembleResponse.properties }),
  Type.Object({ ...rendered, streams, untouched }),
  Type.Object({
    lookups: Type.Array(ChartLookup, {
      minItems: 1,
      description: 'What the host has to look up first; it then calls `render` again with `lookups` set',
    }),
  }),
]);
export type RenderResponse = Static<typeof RenderResponse>;

export const AssembleRequest = Type.Object({
  streams,
  untouched,
  metadata: Type.Optional(Type.Array(AddedMetadata)),
});
export type AssembleRequest = Static<typeof AssembleRequest>;

const algorithm = Type.Optional(
  Type.Union([Type.Literal('sha256'), Type.Literal('sha384'), Type.Literal('sha512'), Type.Literal('sha1')], {
    description: 'Of the digests; default: `sha256`',
  }),
);

export const ComposeRequest = Type.Object({
  parts: Type.Array(
    Type.Object({
      name: Type.String({ description: 'For messages, e.g. `ConfigMap chart values reference …`' }),
      content: Type.String({ description: 'YAML, or the value for `path`' }),
      path: Type.Optional(
        Type.String({ description: 'Where a single value belongs, e.g. `image.tag` or `hosts[0]`' }),
      ),
      literal: Type.Optional(Type.Boolean({ description: 'The value at `path` is a text as it is' })),
    }),
    { description: 'Later ones win' },
  ),
  values: Type.Record(Type.String(), Type.Unknown(), {
    description: 'Win over all parts but those with a `path`',
  }),
  algorithm,
});
export type ComposeRequest = Static<typeof ComposeRequest>;

export const ComposeResponse = Type.Object({
  values,
  digest: Type.String({ description: 'The same for the same values, e.g. `sha256:…`' }),
});
export type ComposeResponse = Static<typeof ComposeResponse>;

export const ObserveRequest = Type.Object({
  release: Type.Record(Type.String(), Type.Unknown(), {
    description: 'As Helm keeps it, but of its chart only the metadata',
  }),
  ociDigest: Type.Optional(Type.String({ description: 'Of the image that the chart came from' })),
  algorithm,
});
export type ObserveRequest = Static<typeof ObserveRequest>;

export const ObserveResponse = Type.Object({
  digest: Type.String({ description: 'Of all that makes up the release, but for its tests' }),
  configDigest: Type.String({ description: 'Of its settings' }),
});
export type ObserveResponse = Static<typeof ObserveResponse>;

/** Why a chart could not be packaged (`reason` of the failure); the words of source-controller. */
export const chartReasons = {
  InvalidChartReference: 'There is no chart, or its Chart.yaml is none',
  MetadataPatchError: 'The version cannot take metadata',
  ValuesFilesError: 'A values file is missing or no YAML',
  DependencyBuildError: 'A dependency is not there, or no chart',
  ChartPackageError: 'The chart cannot be loaded, or not be written',
} as const;
