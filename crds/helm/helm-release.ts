import { dependsOn, healthCheckExprs } from '../common/health-checks.ts';
import { kubeConfig } from '../common/kube-config.ts';
import { commonMetadata } from '../common/metadata.ts';
import { age, ready, statusMessage } from '../common/printer-columns.ts';
import { ignoreRules, image, patch } from '../common/selector.ts';
import { defineKind, type ObjectOf } from '../kind.ts';
import * as t from '../schema.ts';
import { install, rollback, test, uninstall, upgrade } from './actions.ts';
import { chartReference, chartTemplate } from './chart-template.ts';
import { HelmReleaseStatus } from './status.ts';

const namespaceName = { minLength: 1, maxLength: 63 } as const;

const ValuesReference = t.object('Values from a ConfigMap or Secret in the same namespace.', {
  kind: t.oneOf(['Secret', 'ConfigMap'], 'Kind of the object.'),
  name: t.string('Name of the object.', { minLength: 1, maxLength: 253 }),
  valuesKey: t.optional(
    t.string('Key that holds the values; by default values.yaml.', {
      maxLength: 253,
      pattern: '^[\\-._a-zA-Z0-9]+$',
    }),
  ),
  targetPath: t.optional(
    t.string('Puts a single value here, in the dotted form of helm --set.', {
      maxLength: 250,
      pattern: '^([a-zA-Z0-9_\\-.\\\\\\/]|\\[[0-9]{1,5}\\])+$',
    }),
  ),
  literal: t.optional(t.boolean('Takes the value at targetPath as it is, as helm --set-literal does.')),
  optional: t.optional(t.boolean('Goes on without the object or key when it does not exist.')),
});

const PostRenderer = t.object('A change to what the chart renders.', {
  kustomize: t.optional(
    t.object('Changes by kustomize.', {
      patches: t.optional(t.array(patch, 'Changes to objects.')),
      images: t.optional(t.array(image, 'Replacements of container images.')),
    }),
  ),
});

export const HelmReleaseSpec = t.object(
  'Which chart to release, and how.',
  {
    chart: t.optional(chartTemplate),
    chartRef: t.optional(chartReference),
    interval: t.duration('How often to compare the release with what it should be.'),
    timeout: t.optional(t.duration('Longest time for one Kubernetes operation; by default 5m.')),
    releaseName: t.optional(
      t.string('Name of the release; by default [<targetNamespace>-]<name>.', {
        minLength: 1,
        maxLength: 53,
      }),
    ),
    targetNamespace: t.optional(t.string('Namespace to install into; by default the same.', namespaceName)),
    storageNamespace: t.optional(
      t.string(
        "Namespace of Helm's records; by default the same. It cannot change without a reinstall.",
        namespaceName,
      ),
    ),
    values: t.optional(t.anything('Values for the chart; they win over valuesFrom.')),
    valuesFrom: t.optional(t.array(ValuesReference, 'Objects that hold values; later ones win.')),
    dependsOn: t.optional(dependsOn('HelmRelease')),
    serviceAccountName: t.optional(
      t.string('ServiceAccount in the same namespace to act as.', { minLength: 1, maxLength: 253 }),
    ),
    kubeConfig: t.optional(kubeConfig),
    maxHistory: t.optional(t.integer('How many releases Helm keeps a record of; 0 is all, by default 5.')),
    persistentClient: t.optional(
      t.boolean('Keeps the connection to the cluster between operations; by default yes.'),
    ),
    commonMetadata: t.optional(commonMetadata('Labels and annotations for all objects of the release.')),
    driftDetection: t.optional(
      t.object('Whether to look for changes that others made to the objects of the release.', {
        mode: t.optional(
          t.oneOf(
            ['enabled', 'warn', 'disabled'],
            'Corrects them, reports them, or looks away (the default).',
          ),
        ),
        ignore: t.optional(ignoreRules('Fields that others may change.')),
      }),
    ),
    healthCheckExprs: t.optional(healthCheckExprs),
    waitStrategy: t.optional(
      t.object('How to wait for resources.', {
        name: t.oneOf(['poller', 'legacy'], 'By kstatus (poller, the default) or as Helm 3 did (legacy).'),
      }),
    ),
    install: t.optional(install),
    upgrade: t.optional(upgrade),
    rollback: t.optional(rollback),
    uninstall: t.optional(uninstall),
    test: t.optional(test),
    postRenderers: t.optional(t.array(PostRenderer, 'Changes to what the chart renders, in order.')),
    postRenderStrategy: t.optional(
      t.oneOf(
        ['nohooks', 'combined', 'separate'],
        'What post-renderers see: no hooks, hooks and templates together (the default), or one after the other.',
      ),
    ),
    suspend: t.optional(t.boolean('Stops reconciling; the release stays as it is.')),
  },
  {
    rules: [
      {
        rule: '(has(self.chart) && !has(self.chartRef)) || (!has(self.chart) && has(self.chartRef))',
        message: 'set chart or chartRef, one and not both',
      },
    ],
  },
);

export const HelmRelease = defineKind({
  group: 'helm.toolkit.fluxcd.io',
  version: 'v2',
  kind: 'HelmRelease',
  plural: 'helmreleases',
  shortNames: ['hr'],
  categories: ['all', 'fluxcd', 'fluxcd-appliers'],
  description: 'HelmRelease installs a Helm chart and keeps it up to date.',
  printerColumns: [age, ready, statusMessage],
  spec: HelmReleaseSpec,
  status: HelmReleaseStatus,
});
export type HelmRelease = ObjectOf<typeof HelmRelease>;
