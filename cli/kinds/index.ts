import { alert } from './alert.ts';
import { artifactGenerator } from './artifact-generator.ts';
import { bucket } from './bucket.ts';
import { externalArtifact } from './external-artifact.ts';
import { gitRepository } from './git-repository.ts';
import { helmChart } from './helm-chart.ts';
import { helmRelease } from './helm-release.ts';
import { helmRepository } from './helm-repository.ts';
import { imagePolicy } from './image-policy.ts';
import { imageRepository } from './image-repository.ts';
import { imageUpdateAutomation } from './image-update-automation.ts';
import { kustomization } from './kustomization.ts';
import { ociRepository } from './oci-repository.ts';
import { provider } from './provider.ts';
import { receiver } from './receiver.ts';
import type { FluxKind } from './types.ts';

/** Sources in the order of `flux get sources all`. */
export const sources: readonly FluxKind[] = [
  ociRepository,
  bucket,
  gitRepository,
  helmRepository,
  helmChart,
  externalArtifact,
];

/** Kinds of image automation in the order of `flux get images all`. */
export const images: readonly FluxKind[] = [imageRepository, imagePolicy, imageUpdateAutomation];

/** What `flux get all` shows after sources and images. */
export const others: readonly FluxKind[] = [helmRelease, kustomization, receiver, provider, alert];

/** Every kind that the commands know. */
export const fluxKinds: readonly FluxKind[] = [...sources, ...images, ...others, artifactGenerator];

/** The kind of an object of Flux by the name of its kind. */
export function fluxKindOf(kind: string): FluxKind | undefined {
  return fluxKinds.find(({ resource }) => resource.kind === kind);
}
