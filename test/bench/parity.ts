import type { Bench, BenchOptions } from './bench.ts';
import { row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { compare, type Difference, describe } from './parity/compare.ts';
import { commitFolder, entryPath, rootKustomization } from './parity/repository.ts';
import { notReady, settled } from './parity/settle.ts';
import { takeSnapshot } from './parity/snapshot.ts';
import { onStage, type Stage } from './stage.ts';
import { fluxHost } from './system.ts';
import { gitRepository } from './workload.ts';

const settleMs = 300_000;

export const bench: Bench = {
  about:
    'a repository applied by Flux and by the host to a control plane each, compared object by object (--peer DIR --repo PATH; more --repo: later commits)',
  async run({ peer, repos = [], ...options }) {
    if (!peer) throw new Error("parity compares with Flux: --peer DIR, a folder with Flux's controllers");
    if (repos.length === 0) throw new Error('parity needs a repository: --repo PATH');
    const flux = fluxControllers(peer);
    const run = await onStage(fluxHost, (ours) =>
      onStage(flux, (theirs) => play([ours, theirs], repos, options), { git: ours.git }),
    );
    const details = run.differences.map(describe);
    return [row('objects', '', run.objects), { ...row('differences', '', details.length), details }];
  },
};

interface Played {
  /** Objects that were compared, of all commits. */
  readonly objects: number;
  readonly differences: readonly Difference[];
}

/** Commits one folder after the other; after each both clusters have to come to the same. */
async function play(
  [ours, peer]: readonly [Stage, Stage],
  folders: readonly string[],
  { log }: Pick<BenchOptions, 'log'>,
): Promise<Played> {
  const [first = ''] = folders;
  const repository = await ours.git.createRepository('flux-system');
  const root = rootKustomization(await entryPath(first));
  let objects = 0;
  const differences: Difference[] = [];
  for (const [index, folder] of folders.entries()) {
    const revision = await commitFolder(repository, folder);
    log(`${folder} at ${revision}`);
    const source = gitRepository('flux-system', repository.url);
    // As a webhook would: nobody waits for the next interval.
    source.metadata.annotations = { 'reconcile.fluxcd.io/requestedAt': String(index) };
    const snapshots = await Promise.all(
      [ours, peer].map(async (stage) => {
        await stage.apply([source, root]);
        const snapshot = await settled({
          take: () => takeSnapshot(stage.client),
          revision,
          timeoutMs: settleMs,
        });
        log(`${stage.name}: settled`);
        for (const line of notReady(snapshot)) log(`${stage.name}: ${line}`);
        return snapshot;
      }),
    );
    const [mine = new Map(), theirs = new Map()] = snapshots;
    objects += new Set([...mine.keys(), ...theirs.keys()]).size;
    const found = compare(mine, theirs);
    for (const difference of found) log(describe(difference));
    differences.push(...found);
  }
  return { objects, differences };
}
