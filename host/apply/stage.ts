import type { FluxError } from '../errors/flux-error.ts';
import type { ObjectRef } from '../kube/types.ts';
import { commit } from './commit.ts';
import { isFluxError } from './errors.ts';
import { type Candidate, inspect, type Run, type Settled } from './inspect.ts';
import { rankOf } from './order.ts';
import { parallel } from './parallel.ts';
import type { Prepared } from './prepare.ts';
import { type Ready, validate } from './validate.ts';

/** What became of a stage: all objects, or those before the failures. */
export interface StageResult {
  readonly settled: readonly Settled[];
  readonly failures: readonly FluxError[];
  /** Objects whose application was begun and did not succeed. */
  readonly uncertain: readonly ObjectRef[];
}

/**
 * Applies the objects of one stage, which are in the order of applying. Nothing is changed unless the API server would take
 * all of them, as with Flux: one invalid object must not leave half of a release behind. Unlike Flux, all rejected
 * objects are reported at once. The dry run is left out where it protects nothing: for the only object to change
 * whose existence is known.
 */
export async function applyStage(items: readonly Prepared[], run: Run): Promise<StageResult> {
  const { concurrency } = run.request;
  const inspected = await collect(items, concurrency, (item) => inspect(item, run));
  if (inspected.failures.length > 0) return { settled: [], failures: inspected.failures, uncertain: [] };
  const candidates = inspected.results.filter((result): result is Candidate => result.action === undefined);
  const settled = inspected.results.filter((result): result is Settled => result.action !== undefined);
  const [only] = candidates;
  const direct = candidates.length === 1 && only && canApplyDirectly(only);
  const validated = direct
    ? { results: [{ candidate: only, payload: only.item.desired, recreate: false }], failures: [] }
    : await collect<Candidate, Settled | Ready>(candidates, concurrency, (candidate) =>
        validate(candidate, run),
      );
  if (validated.failures.length > 0) return { settled, failures: validated.failures, uncertain: [] };
  settled.push(...validated.results.filter((result): result is Settled => result.action !== undefined));
  const ready = validated.results.filter((result): result is Ready => result.action === undefined);
  for (const wave of waves(ready)) {
    const committed = await collect(wave, concurrency, (entry) => commit(entry, run));
    settled.push(...committed.results);
    if (committed.failures.length === 0) continue;
    const done = new Set(committed.results.map(({ item }) => item.id));
    const uncertain = wave.map(({ candidate }) => candidate.item).filter(({ id }) => !done.has(id));
    return { settled, failures: committed.failures, uncertain: uncertain.map(({ ref }) => ref) };
  }
  return { settled, failures: [], uncertain: [] };
}

/** Ignored fields need the result of a dry run to compare with. */
function canApplyDirectly({ live, known, ignored }: Candidate): boolean {
  return (live !== undefined || known !== undefined) && ignored.length === 0;
}

/** Objects of kinds that rank the same depend on each other in no known way: they are applied at once. */
function waves(ready: readonly Ready[]): Ready[][] {
  const byRank = Map.groupBy(ready, ({ candidate }) => rankOf(candidate.item.ref.kind));
  return [...byRank].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}

/** Does the work for all items and keeps failures that are the user's; others end it at once. */
async function collect<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>) {
  const failures: FluxError[] = [];
  const results: R[] = [];
  await parallel(items, limit, async (item) => {
    try {
      results.push(await work(item));
    } catch (error) {
      if (!isFluxError(error)) throw error;
      failures.push(error);
    }
  });
  return { results, failures };
}
