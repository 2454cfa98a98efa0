import { commonMetadata } from '../common/metadata.ts';
import { localReference } from '../common/references.ts';
import { verifyProvider } from '../common/verify.ts';
import * as t from '../schema.ts';
import { reconcileStrategy } from '../source/helm-chart.ts';

/** The HelmChart that a HelmRelease makes for itself. */
export const chartTemplate = t.object('The chart, as a HelmChart that is made for this release.', {
  metadata: t.optional(commonMetadata('Labels and annotations for the HelmChart.')),
  spec: t.object('Which chart to use.', {
    chart: t.string('Name of the chart in a HelmRepository, or its folder in a GitRepository or Bucket.', {
      minLength: 1,
      maxLength: 2048,
    }),
    version: t.optional(
      t.string('Version or range of versions; ignored for charts from a GitRepository or Bucket.', {
        default: '*',
      }),
    ),
    sourceRef: t.object('Where the chart comes from.', {
      apiVersion: t.optional(t.string('API version of the source.')),
      kind: t.oneOf(['HelmRepository', 'GitRepository', 'Bucket'], 'Kind of the source.'),
      name: t.string('Name of the source.', { minLength: 1, maxLength: 253 }),
      namespace: t.optional(
        t.string('Namespace of the source; by default the same.', { minLength: 1, maxLength: 63 }),
      ),
    }),
    interval: t.optional(
      t.duration("How often to look for a new version; by default the release's interval."),
    ),
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
      }),
    ),
  }),
});

/** A chart that exists as an artifact already. */
export const chartReference = t.object('The chart, from an artifact that exists already.', {
  apiVersion: t.optional(t.string('API version of the source.')),
  kind: t.oneOf(['OCIRepository', 'HelmChart', 'ExternalArtifact'], 'Kind of the source.'),
  name: t.string('Name of the source.', { minLength: 1, maxLength: 253 }),
  namespace: t.optional(
    t.string('Namespace of the source; by default the same.', { minLength: 1, maxLength: 63 }),
  ),
});
