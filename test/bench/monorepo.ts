import { type Bench, type BenchOptions, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { isReady, nudge, onStage } from './stage.ts';
import { fluxHost, type System } from './system.ts';
import { look, reconcilesOf, requestsOf, type View, writesOf } from './view.ts';
import { application, gitRepository, kustomization } from './workload.ts';

export const bench: Bench = {
  about: 'N Kustomizations of one repository, and a commit that touches one of them (--n 200, --peer DIR)',
  async run(options) {
    const flux = options.peer ? fluxControllers(options.peer) : undefined;
    const ours = await measure(fluxHost, options);
    const peer = flux && (await measure(flux, options));
    return [
      row('builds', '', ours.builds, peer?.builds),
      row('writes', '', ours.writes, peer?.writes),
      row('requests', '', ours.requests, peer?.requests),
      row('ready', 's', ours.ready, peer?.ready),
    ];
  },
};

interface Measured {
  /** Calls of the builder; Flux, which does not count them, builds at every reconcile. */
  readonly builds: number;
  /** Writes to the kinds that were applied, as the API server counted them; dry runs are among them. */
  readonly writes: number;
  /** Requests of any kind and to any object, as the system itself counted them. */
  readonly requests: number;
  /** From the commit until the last Kustomization is Ready at it. */
  readonly ready: number;
}

async function measure(system: System, { n = 200, log }: BenchOptions): Promise<Measured> {
  log(`${system.name}: ${n} Kustomizations of one repository`);
  return onStage(system, async (stage) => {
    const names = Array.from({ length: n }, (_, index) => `n${index}`);
    const files = Object.assign({}, ...names.map(filesOf));
    const repository = await stage.git.createRepository('source-0', files);
    const objects = names.map((name) => kustomization(`app-${name}`, { path: `./apps/${name}` }));
    await stage.apply([gitRepository('source-0', repository.url), ...objects]);
    await stage.until((all) => all.length === n && all.every(isReady));
    const before = await look(stage);
    log(`${system.name}: all are Ready; a commit to one`);
    const [deployment, content] =
      Object.entries(filesOf('n0')).find(([name]) => name.includes('deployment')) ?? [];
    if (!deployment || !content) throw new Error('there is no Deployment to change');
    const commit = await repository.commit({ files: { [deployment]: content.replace('1.0.0', '1.0.1') } });
    const began = performance.now();
    await nudge(stage);
    const revision = `main@sha1:${commit}`;
    await stage.until((all) =>
      all.every((one) => isReady(one) && one.status?.lastAppliedRevision === revision),
    );
    const ready = (performance.now() - began) / 1000;
    const after = await look(stage);
    return {
      builds: buildsOf(after) - buildsOf(before),
      writes: writesOf(after, kinds) - writesOf(before, kinds),
      requests: requestsOf(after) - requestsOf(before),
      ready,
    };
  });
}

/** The application under a name of its own, in a folder of its own. */
function filesOf(name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(application).map(([file, content]) => [
      file.replace('app/', `apps/${name}/`),
      content.replaceAll(/\$\{INDEX\}/g, name),
    ]),
  );
}

/** Calls of the builder; each reconcile of what does not count them. */
function buildsOf(view: View): number {
  const ours = view.own.sum('flux_host_plugin_calls_total', ({ operation }) => operation === 'build');
  return ours > 0 ? ours : reconcilesOf(view);
}

const kinds = new Set(['serviceaccounts', 'services', 'deployments', 'ingresses']);
