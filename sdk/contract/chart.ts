import Type, { type Static } from 'typebox';

/**
 * A `chart` plugin exports `inspect` and `package`: it knows the format of Helm charts. Whatever a chart needs from outside of its source is fetched by
 * the host: the plugin answers with the wish and is called again with it fulfilled.
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

export const InspectRequest = Type.Object({ chart });
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

/** Why a chart could not be packaged (`reason` of the failure); the words of source-controller. */
export const chartReasons = {
  InvalidChartReference: 'There is no chart, or its Chart.yaml is none',
  MetadataPatchError: 'The version cannot take metadata',
  ValuesFilesError: 'A values file is missing or no YAML',
  DependencyBuildError: 'A dependency is not there, or no chart',
  ChartPackageError: 'The chart cannot be loaded, or not be written',
} as const;
