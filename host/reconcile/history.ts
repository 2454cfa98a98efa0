import { formatDuration } from '../duration/duration.ts';
import { timestamp } from './conditions.ts';

/** One line of `status.history`: what was reconciled, when, and how it ended. */
export interface Snapshot {
  digest: string;
  firstReconciled: string;
  lastReconciled: string;
  lastReconciledDuration: string;
  lastReconciledStatus: string;
  metadata?: Record<string, string>;
  totalReconciliations: number;
}

const maxSnapshots = 5;

/** Adds a snapshot or renews the one with the same digest and status; newest first, five at most, as in Flux. */
export function recordHistory(
  history: readonly Snapshot[] | undefined,
  entry: { digest: string; durationMs: number; status: string; metadata: Record<string, string> },
): Snapshot[] {
  const now = timestamp();
  const matches = (snapshot: Snapshot) =>
    snapshot.digest === entry.digest && snapshot.lastReconciledStatus === entry.status;
  const old = history?.find(matches);
  const renewed: Snapshot = {
    digest: entry.digest,
    firstReconciled: old?.firstReconciled ?? now,
    lastReconciled: now,
    lastReconciledDuration: formatDuration(entry.durationMs),
    lastReconciledStatus: entry.status,
    metadata: entry.metadata,
    totalReconciliations: (old?.totalReconciliations ?? 0) + 1,
  };
  return [renewed, ...(history ?? []).filter((snapshot) => !matches(snapshot))].slice(0, maxSnapshots);
}
