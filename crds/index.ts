import { HelmRelease } from './helm/helm-release.ts';
import { ImagePolicy } from './image/image-policy.ts';
import { ImageRepository } from './image/image-repository.ts';
import { ImageUpdateAutomation } from './image/image-update-automation.ts';
import type { Kind } from './kind.ts';
import { Kustomization } from './kustomize/kustomization.ts';
import { Alert } from './notification/alert.ts';
import { Provider } from './notification/provider.ts';
import { Receiver } from './notification/receiver.ts';
import { Plugin } from './plugin/plugin.ts';
import { PluginSource } from './plugin/plugin-source.ts';
import { Bucket } from './source/bucket.ts';
import { ExternalArtifact } from './source/external-artifact.ts';
import { GitRepository } from './source/git-repository.ts';
import { HelmChart } from './source/helm-chart.ts';
import { HelmRepository } from './source/helm-repository.ts';
import { OCIRepository } from './source/oci-repository.ts';
import { ArtifactGenerator } from './source-extensions/artifact-generator.ts';

export {
  Alert,
  ArtifactGenerator,
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  HelmRelease,
  HelmRepository,
  ImagePolicy,
  ImageRepository,
  ImageUpdateAutomation,
  Kustomization,
  OCIRepository,
  Plugin,
  PluginSource,
  Provider,
  Receiver,
};

/** Every API kind. */
export const kinds: readonly Kind[] = [
  GitRepository,
  OCIRepository,
  HelmRepository,
  HelmChart,
  Bucket,
  ExternalArtifact,
  ArtifactGenerator,
  Kustomization,
  HelmRelease,
  Alert,
  Provider,
  Receiver,
  ImageRepository,
  ImagePolicy,
  ImageUpdateAutomation,
  Plugin,
  PluginSource,
];

/** Finds a kind by its name, plural, singular or short name, in any letter case. */
export function kindNamed(name: string): Kind | undefined {
  const wanted = name.toLowerCase();
  return kinds.find(
    (kind) => kind.singular === wanted || kind.plural === wanted || kind.shortNames.includes(wanted),
  );
}
