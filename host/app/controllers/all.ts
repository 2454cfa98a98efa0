import { artifactGenerators } from './artifact-generator.ts';
import { buckets } from './bucket.ts';
import { gitRepositories } from './git-repository.ts';
import { helmCharts } from './helm-chart.ts';
import { helmReleases } from './helm-release.ts';
import { helmRepositories } from './helm-repository.ts';
import { images } from './image.ts';
import { kustomizations } from './kustomization.ts';
import { notifications } from './notification.ts';
import { ociRepositories } from './oci-repository.ts';
import type { AppController, Parts } from './parts.ts';
import { plugins } from './plugin.ts';
import { pluginSources } from './plugin-source.ts';
import { receivers } from './receiver.ts';

/** Every kind that this process reconciles, one file each. */
export const controllers: readonly ((parts: Parts) => AppController)[] = [
  artifactGenerators,
  buckets,
  plugins,
  gitRepositories,
  helmRepositories,
  helmCharts,
  helmReleases,
  images,
  kustomizations,
  notifications,
  ociRepositories,
  pluginSources,
  receivers,
];
