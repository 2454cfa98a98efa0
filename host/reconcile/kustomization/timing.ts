import type { Kustomization } from '@flux-host/crds/kustomize/kustomization.ts';
import { parseDuration } from '../../duration/duration.ts';

const shortest = 30_000;

/** `spec.timeout`, else 30 s less than the interval; never under 30 s (Flux's rule). */
export function timeoutOf({ spec }: Kustomization): number {
  const wanted =
    spec.timeout === undefined ? parseDuration(spec.interval) - shortest : parseDuration(spec.timeout);
  return Math.max(wanted, shortest);
}

/** `spec.retryInterval`, else the interval. */
export function retryIntervalOf({ spec }: Kustomization): number {
  return parseDuration(spec.retryInterval ?? spec.interval);
}
