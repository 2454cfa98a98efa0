import { type Bench, type BenchOptions, row } from './bench.ts';
import { fluxControllers } from './flux-controllers.ts';
import { type Metrics, parseMetrics, scrape } from './metrics.ts';
import { isReady, nudge, onStage, type Stage } from './stage.ts';
import { fluxHost, type System } from './system.ts';
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
      builds: buildsOf(after.own) - buildsOf(before.own),
      writes: writesOf(after.server) - writesOf(before.server),
      requests: requestsOf(after.own) - requestsOf(before.own),
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

interface View {
  readonly own: Metrics;
  readonly server: Metrics;
}

async function look(stage: Stage): Promise<View> {
  const [own, server] = await Promise.all([scrape(stage.system.metrics), stage.serverMetrics()]);
  return { own, server: parseMetrics([server]) };
}

function buildsOf(metrics: Metrics): number {
  const ours = metrics.sum('flux_host_plugin_calls_total', ({ operation }) => operation === 'build');
  const reconciles = metrics.sum(
    'controller_runtime_reconcile_total',
    ({ controller }) => controller === 'kustomization',
  );
  return ours > 0 ? ours : reconciles;
}

function requestsOf(metrics: Metrics): number {
  return metrics.sum('rest_client_requests_total');
}

const kinds = new Set(['serviceaccounts', 'services', 'deployments', 'ingresses']);
const writing = new Set(['APPLY', 'PATCH', 'POST', 'PUT', 'DELETE', 'DELETECOLLECTION']);

/** The status of a Deployment is its controller's. */
function writesOf(metrics: Metrics): number {
  return metrics.sum(
    'apiserver_request_total',
    ({ resource = '', subresource = '', verb = '' }) =>
      kinds.has(resource) && writing.has(verb) && subresource === '',
  );
}
