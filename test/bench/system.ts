import { join } from 'node:path';
import { startHost } from '../helpers/host.ts';

/** What is measured: this host, or Flux's own controllers. */
export interface System {
  readonly name: string;
  /** Starts it against a cluster; resolves when it is ready. */
  start(kubeconfig: string, dir: string): Promise<RunningSystem>;
}

export interface RunningSystem {
  readonly pids: readonly number[];
  /** URLs of the metrics endpoints. */
  readonly metrics: readonly string[];
  /** Of these the one that tells how late the event loop is; none when nobody watches it. */
  readonly loop?: string;
  stop(): Promise<void>;
}

/** The parts of Flux that the peer is, and no more. */
function hostWith(components: readonly string[], { watched = true } = {}): System {
  return {
    name: 'flux-host',
    async start(kubeconfig, dir) {
      const host = await startHost({
        kubeconfig,
        dir: join(dir, 'flux-host'),
        flags: [`--components=${components.join(',')}`, `--watch-main-thread=${watched}`],
      });
      return {
        pids: [host.pid],
        metrics: [host.metricsUrl],
        ...(watched && { loop: host.metricsUrl }),
        stop: () => host.stop(),
      };
    },
  };
}

export const fluxHost: System = hostWith(['source-controller', 'kustomize-controller']);
/** As users run it. To watch its main thread would cost it more than reconciles where nothing changes. */
export const unwatchedHost: System = hostWith(['source-controller', 'kustomize-controller'], {
  watched: false,
});
export const helmHost: System = hostWith(['source-controller', 'helm-controller']);
