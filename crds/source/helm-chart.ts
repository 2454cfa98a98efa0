import { artifact } from '../common/artifact.ts';
import { conditions } from '../common/condition.ts';
import { age, field, ready, statusMessage } from '../common/printer-columns.ts';
import { localReference } from '../common/references.ts';
import { lastHandledReconcileAt, observedGeneration, unobserved } from '../common/status.ts';
import { matchOIDCIdentity, verifyProvider } from '../common/verify.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { sourceCategories, sourceGroup } from './group.ts';

/** What makes a new revision of a chart. */
export const reconcileStrategy = t.oneOf(
  ['ChartVersion', 'Revision'],
  'What makes a new artifact: a new version of the chart, or any new revision of its source.',
  { default: 'ChartVersion' },
);

export const HelmChartSpec = t.object(
  'Which chart to package.',
  {
    chart: t.string('Name of the chart in a HelmRepository, or its folder in a GitRepository or Bucket.'),
    version: t.optional(
      t.string('Version or range of versions; ignored for charts from a GitRepository or Bucket.', {
        default: '*',
      }),
    ),
    sourceRef: t.object('Where the chart comes from; in the same namespace.', {
      apiVersion: t.optional(t.string('API version of the source.')),
      kind: t.oneOf(['HelmRepository', 'GitRepository', 'Bucket'], 'Kind of the source.'),
      name: t.string('Name of the source.'),
    }),
    interval: t.duration('How often to look for a new version.'),
    reconcileStrategy: t.optional(reconcileStrategy),
    valuesFiles: t.optional(
      t.array(
        t.string('A path inside the chart.'),
        'Values files that are merged in this order to replace values.yaml.',
      ),
    ),
    ignoreMissingValuesFiles: t.optional(t.boolean('Passes over values files that do not exist.')),
    verify: t.optional(
      t.object('Refuses charts that no trusted party has signed. Only for repositories of type oci.', {
        provider: verifyProvider,
        secretRef: t.optional(
          localReference(
            'Secret with the trusted public keys (*.pub), or with trustpolicy.json and certificates.',
          ),
        ),
        matchOIDCIdentity: t.optional(matchOIDCIdentity),
      }),
    ),
    suspend: t.optional(t.boolean('Stops reconciling; the last artifact stays available.')),
  },
  {
    rules: [
      {
        rule: "!has(self.verify) || self.sourceRef.kind == 'HelmRepository'",
        message: 'verify needs a chart from a HelmRepository of type oci',
      },
    ],
  },
);

export const HelmChartStatus = t.object(
  'What was last packaged.',
  {
    conditions: t.optional(conditions),
    artifact: t.optional(artifact('The chart that was last packaged.')),
    lastHandledReconcileAt: t.optional(lastHandledReconcileAt),
    observedGeneration: t.optional(observedGeneration),
    observedChartName: t.optional(t.string('Name of the chart that was last resolved.')),
    observedSourceArtifactRevision: t.optional(
      t.string('Revision of the source that the chart was made from.'),
    ),
    observedValuesFiles: t.optional(
      t.array(t.string('A path inside the chart.'), 'spec.valuesFiles that the chart was made with.'),
    ),
    url: t.optional(t.string('Address under which the latest chart can be downloaded.')),
  },
  unobserved,
);

export const HelmChart = defineKind({
  group: sourceGroup,
  version: 'v1',
  kind: 'HelmChart',
  plural: 'helmcharts',
  shortNames: ['hc'],
  categories: sourceCategories,
  description: 'HelmChart makes an artifact of a Helm chart.',
  printerColumns: [
    field('Chart', '.spec.chart'),
    field('Version', '.spec.version'),
    field('Source Kind', '.spec.sourceRef.kind'),
    field('Source Name', '.spec.sourceRef.name'),
    age,
    ready,
    statusMessage,
  ],
  spec: HelmChartSpec,
  status: HelmChartStatus,
});
export type HelmChart = ObjectOf<typeof HelmChart>;
