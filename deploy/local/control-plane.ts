import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ComponentName, componentNames, linkBinaries } from './binaries.ts';
import { dropExpiring } from './certificate.ts';
import { lastLines, runningPid, spawnComponent, stopComponent } from './component.ts';
import { componentArgs } from './components.ts';
import { notRunning, portInUse } from './errors.ts';
import { type Guard, startGuard } from './guard.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { createFolders, type Layout, layoutOf } from './layout.ts';
import { exclusively } from './lock.ts';
import { freePorts, isFree } from './ports.ts';
import { apiReady, controllersReady, nodeReady } from './readiness.ts';
import { newToken, readState, type State, writePrivate, writeState } from './state.ts';

/** A Kubernetes control plane on 127.0.0.1 with a simulated node. */
export interface ControlPlane {
  /** Absolute path of its directory: state, logs, kubeconfig. */
  readonly dir: string;
  /** Path of a kubeconfig for the administrator. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  /** Stops every process; with `purge` (always when `temporary`) the directory goes too. */
  stop(options?: { purge?: boolean }): Promise<void>;
  /** Takes the API server away; etcd and its data stay. */
  stopApiServer(): Promise<void>;
  /** Brings it back at the same address and waits until it is ready. */
  startApiServer(): Promise<void>;
  restartApiServer(): Promise<void>;
}

/** Options of {@link startControlPlane}. */
export interface ControlPlaneOptions {
  /** Where everything lives; made when it does not exist. */
  readonly dir: string;
  /** Port of the API server instead of a free one. */
  readonly port?: number;
  /** The control plane and its directory must not outlive this process, not even when it is killed. */
  readonly temporary?: boolean;
  /** Folder with etcd and kube-apiserver to prefer; by default `KUBEBUILDER_ASSETS` of the environment. */
  readonly assets?: string | undefined;
  /** The binary with all components; by default the one that `npm run local` builds. */
  readonly kubebox?: string;
}

const apiGraceMs = 2000;
const graceMs = 3000;

/**
 * Starts a control plane, or the parts of it that do not run (any more), and waits until a pod could run:
 * the API server is ready, controllers work and the simulated node is ready.
 * @throws FluxError FLUX_E_LOCAL_*: a port is taken, a binary is missing, a component crashed or was too slow
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const layout = layoutOf(options.dir);
  createFolders(layout);
  const guard = options.temporary ? startGuard(layout, true) : undefined;
  try {
    const state = await exclusively(layout, () => bringUp(layout, options));
    return handle(layout, state, guard);
  } catch (error) {
    if (guard) await guard.release();
    throw error;
  }
}

/** Names and process ids of the components of the control plane in `dir` that run. */
export function runningComponents(dir: string): { name: ComponentName; pid: number }[] {
  const layout = layoutOf(dir);
  return componentNames.flatMap((name) => {
    const pid = runningPid(layout, name);
    return pid === undefined ? [] : [{ name, pid }];
  });
}

/**
 * The control plane that another process left running in `dir`.
 * @throws FluxError FLUX_E_LOCAL_NOT_RUNNING
 */
export function attachControlPlane(dir: string): ControlPlane {
  const layout = layoutOf(dir);
  const state = readState(layout);
  if (!state || runningComponents(dir).length === 0) throw notRunning(layout.dir);
  return handle(layout, state, undefined);
}

async function bringUp(layout: Layout, options: ControlPlaneOptions): Promise<State> {
  const before = runningComponents(layout.dir).map(({ name }) => name);
  if (before.length === 0) {
    const assets = 'assets' in options ? options.assets : process.env['KUBEBUILDER_ASSETS'];
    linkBinaries(layout, { assets, ...(options.kubebox ? { kubebox: options.kubebox } : {}) });
    dropExpiring(layout);
    rotateLogs(layout);
  }
  try {
    return await startMissing(layout, options, before);
  } catch (error) {
    // What ran before this call is not ours to stop.
    await stopAll(
      layout,
      componentNames.filter((name) => !before.includes(name)),
    );
    throw error;
  }
}

async function startMissing(layout: Layout, options: ControlPlaneOptions, before: readonly ComponentName[]) {
  const linked = new Set(readdirSync(layout.bin));
  const start = (name: ComponentName, state: State) => {
    if (linked.has(name) && runningPid(layout, name) === undefined) {
      spawnComponent(layout, name, componentArgs(name, layout, state));
    }
  };
  for (let attempt = 1; ; attempt += 1) {
    const state = await chooseState(layout, options.port, before);
    start('etcd', state);
    start('kube-apiserver', state);
    try {
      const access = await apiReady(layout, state);
      writePrivate(layout.kubeconfig, kubeconfigOf(access, 'local'));
      const rest = (['kube-controller-manager', 'kube-scheduler', 'kwok'] as const).filter((name) =>
        linked.has(name),
      );
      for (const name of rest) start(name, state);
      await Promise.all([
        linked.has('kube-controller-manager') && controllersReady(layout, access),
        linked.has('kwok') && nodeReady(layout, access),
      ]);
      return state;
    } catch (error) {
      // Someone else took a port between our look and the component's start.
      if (attempt === 3 || before.length > 0 || options.port || !lostPort(layout)) throw error;
      await stopAll(layout, componentNames);
      rmSync(layout.state, { force: true });
    }
  }
}

/** The remembered ports where they are still free, or new ones. A running cluster keeps what it has. */
async function chooseState(
  layout: Layout,
  port: number | undefined,
  before: readonly ComponentName[],
): Promise<State> {
  const known = readState(layout);
  if (known && before.length > 0) return known;
  if (port !== undefined && !(await isFree(port))) throw portInUse(port, 'API server');
  const wanted = known && (port === undefined || port === known.apiPort) ? known : undefined;
  const reusable =
    wanted &&
    (await Promise.all([wanted.apiPort, wanted.etcdPort, wanted.etcdPeerPort].map(isFree))).every(Boolean);
  if (wanted && reusable) {
    writeState(layout, wanted);
    return wanted;
  }
  const [apiPort = 0, etcdPort = 0, etcdPeerPort = 0] = await freePorts(3);
  const state = { apiPort: port ?? apiPort, etcdPort, etcdPeerPort, token: known?.token ?? newToken() };
  writeState(layout, state);
  return state;
}

function lostPort(layout: Layout): boolean {
  return (['etcd', 'kube-apiserver'] as const).some((name) =>
    lastLines(layout, name, 50).includes('address already in use'),
  );
}

function rotateLogs(layout: Layout): void {
  for (const file of readdirSync(layout.logs)) {
    if (file.endsWith('.log')) renameSync(join(layout.logs, file), join(layout.logs, `${file}.old`));
  }
}

async function stopAll(layout: Layout, names: readonly ComponentName[]): Promise<void> {
  const above = names.filter((name) => name !== 'etcd' && name !== 'kube-apiserver');
  await Promise.all(above.map((name) => stopComponent(layout, name, graceMs)));
  if (names.includes('kube-apiserver')) await stopComponent(layout, 'kube-apiserver', apiGraceMs);
  if (names.includes('etcd')) await stopComponent(layout, 'etcd', graceMs);
}

function handle(layout: Layout, state: State, guard: Guard | undefined): ControlPlane {
  const stopApiServer = () => stopComponent(layout, 'kube-apiserver', apiGraceMs);
  const startApiServer = async () => {
    if (runningPid(layout, 'kube-apiserver') === undefined) {
      if (!(await isFree(state.apiPort))) throw portInUse(state.apiPort, 'API server');
      spawnComponent(layout, 'kube-apiserver', componentArgs('kube-apiserver', layout, state));
    }
    await apiReady(layout, state);
  };
  return {
    dir: layout.dir,
    kubeconfig: layout.kubeconfig,
    server: `https://127.0.0.1:${state.apiPort}`,
    stopApiServer,
    startApiServer,
    async restartApiServer() {
      await stopApiServer();
      await startApiServer();
    },
    async stop({ purge = false } = {}) {
      await exclusively(layout, () => stopAll(layout, componentNames));
      if (guard) await guard.release();
      if (purge) rmSync(layout.dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
