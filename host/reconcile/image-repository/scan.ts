import type { ImageRepository } from '@flux-host/crds/image/image-repository.ts';
import { parseDuration } from '../../duration/duration.ts';
import { requestedAt } from '../annotations.ts';

/** A scan is due now, and why; or in so many milliseconds. */
export type Schedule = { readonly why: string } | { readonly inMs: number };

/** Less than this is not worth waiting for. */
const soonMs = 1000;

/** When to list the tags, by Flux's rules in their order. */
export function scheduleOf(
  object: ImageRepository,
  known: { readonly canonicalName: string; readonly hasTags: boolean },
  now = Date.now(),
): Schedule {
  const { spec, status } = object;
  const last = status?.lastScanResult;
  if (!last) return { why: 'first scan' };
  const request = requestedAt(object);
  if (request !== undefined && request !== status.lastHandledReconcileAt)
    return { why: 'reconcile requested' };
  if (status.canonicalImageName !== known.canonicalName) return { why: 'new image name' };
  const sorted = (list: readonly string[] = []) => JSON.stringify([...list].sort());
  if (sorted(exclusionsOf(spec)) !== sorted(status.observedExclusionList))
    return { why: 'updated exclusion list' };
  if (!known.hasTags) return { why: 'no tags in database' };
  const inMs = Date.parse(last.scanTime ?? '') + parseDuration(spec.interval) - now;
  return Number.isNaN(inMs) || inMs < soonMs ? { why: 'triggered by interval' } : { inMs };
}

/** Tags to leave out; signatures of cosign by default. */
export function exclusionsOf({ exclusionList }: ImageRepository['spec']): readonly string[] {
  return exclusionList?.length ? exclusionList : ['^.*\\.sig$'];
}
