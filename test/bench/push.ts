import { type Bench, type BenchOptions, percentile, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { isReady, nudge, onStage } from './stage.ts';
import { fluxHost, type System } from './system.ts';
import { application, gitRepository, kustomization } from './workload.ts';

export const bench: Bench = {
  about: 'from a commit, with the nudge of a webhook, until it is applied and healthy (--n 20, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const ours = await measure(fluxHost, options);
    const peer = flux && (await measure(flux, options));
    return [0.5, 0.99].map((share) =>
      row(`p${share * 100}`, 'ms', percentile(ours, share), peer && percentile(peer, share)),
    );
  },
};

/** Milliseconds of each push. */
async function measure(system: System, { n = 20, log }: BenchOptions): Promise<number[]> {
  log(`${system.name}: ${n} pushes`);
  return onStage(system, async (stage) => {
    const repository = await stage.git.createRepository('source-0', { ...application, ...settings(0) });
    const variables = { substitute: { INDEX: 'pushed' } };
    await stage.apply([
      gitRepository('source-0', repository.url),
      kustomization('app', { postBuild: variables }),
    ]);
    await stage.until(([app]) => app !== undefined && isReady(app));
    const times: number[] = [];
    for (let push = 1; push <= n; push += 1) {
      const commit = await repository.commit({ files: settings(push) });
      const began = performance.now();
      await nudge(stage);
      await stage.until(
        ([app]) =>
          app !== undefined && isReady(app) && app.status?.lastAppliedRevision === `main@sha1:${commit}`,
      );
      times.push(performance.now() - began);
    }
    return times;
  });
}

/** What a commit changes. */
function settings(push: number): Record<string, string> {
  return {
    'app/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {push: "${push}"}\n`,
  };
}
