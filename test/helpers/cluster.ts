import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiAnswer, callApi } from '@flux-host/deploy/local/api.ts';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '@flux-host/deploy/local/control-plane.ts';
import { accessOf } from '@flux-host/deploy/local/kubeconfig.ts';

/** What tests can do with any cluster. */
export interface TestCluster {
  /** Path of a kubeconfig for the administrator. */
  readonly kubeconfig: string;
  /** The control plane's directory, with `logs/`. */
  readonly dir: string;
  /** Makes a namespace of its own for a test, in which pods can run, and returns its name. */
  namespace(prefix?: string): Promise<string>;
  /** GET, or POST of an object: for what a test wants to see without our own client. */
  call(path: string, object?: object): Promise<ApiAnswer>;
  /** Gives the cluster back: an own one is stopped and removed, a shared one stays. */
  stop(): Promise<void>;
}

/** A cluster that belongs to one test file, which may also take its API server away. */
export interface OwnCluster extends TestCluster, Omit<ControlPlane, 'stop'> {}

/** Kubeconfig of the cluster that the test runner started for all test files. */
export const sharedKubeconfigVariable = 'FLUX_HOST_TEST_KUBECONFIG';

/** Starts a cluster in a temporary directory. Neither outlives this process, even if that is killed. */
export async function startCluster(
  options: Omit<Partial<ControlPlaneOptions>, 'temporary'> = {},
): Promise<OwnCluster> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'flux-host-test-'));
  const controlPlane = await startControlPlane({ ...options, dir, temporary: true });
  return { ...controlPlane, ...callsOf(controlPlane.kubeconfig), stop: () => controlPlane.stop() };
}

/**
 * The cluster that all test files share; a file that runs alone gets one of its own. Tests that share must use
 * a namespace from `namespace()`, give cluster-scoped objects unlikely names, and leave the API server alone.
 */
export async function sharedCluster(): Promise<TestCluster> {
  const kubeconfig = process.env[sharedKubeconfigVariable];
  if (!kubeconfig) return startCluster();
  return { kubeconfig, dir: dirname(kubeconfig), ...callsOf(kubeconfig), async stop() {} };
}

function callsOf(kubeconfig: string): Pick<TestCluster, 'call' | 'namespace'> {
  const access = accessOf(readFileSync(kubeconfig, 'utf8'));
  const call = (path: string, object?: object) => callApi(access, path, object);
  return {
    call,
    async namespace(prefix = 'test') {
      const name = `${prefix}-${randomBytes(4).toString('hex')}`;
      const made = await call('/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      });
      if (made.status !== 201) throw new Error(`cannot make namespace ${name}: ${JSON.stringify(made.body)}`);
      const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
      for (let attempt = 0; (await call(account)).status !== 200; attempt += 1) {
        if (attempt > 300) throw new Error(`namespace ${name} got no default service account`);
        await sleep(50);
      }
      return name;
    },
  };
}
