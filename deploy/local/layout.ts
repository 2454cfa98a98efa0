import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Absolute paths of everything that a control plane keeps in its directory. */
export interface Layout {
  readonly dir: string;
  /** Symbolic links named after the components; their path also identifies our processes. */
  readonly bin: string;
  readonly logs: string;
  /** One pid file for each running component. */
  readonly run: string;
  readonly certs: string;
  readonly etcd: string;
  readonly kubeconfig: string;
  readonly state: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly kwokConfig: string;
  log(component: string): string;
  pidFile(component: string): string;
  binary(component: string): string;
}

/** Names the paths of the control plane in `dir`; touches nothing. */
export function layoutOf(dir: string): Layout {
  const absolute = resolve(dir);
  const [bin, logs, run] = [join(absolute, 'bin'), join(absolute, 'logs'), join(absolute, 'run')];
  return {
    dir: absolute,
    bin,
    logs,
    run,
    certs: join(absolute, 'certs'),
    etcd: join(absolute, 'etcd'),
    kubeconfig: join(absolute, 'kubeconfig'),
    state: join(absolute, 'state.json'),
    tokens: join(absolute, 'tokens.csv'),
    serviceAccountKey: join(absolute, 'service-account.key'),
    kwokConfig: join(import.meta.dirname, 'kwok.yaml'),
    log: (component) => join(logs, `${component}.log`),
    pidFile: (component) => join(run, `${component}.pid`),
    binary: (component) => join(bin, component),
  };
}

/** Makes the folders of a layout. Only the user may read them: they hold keys and tokens. */
export function createFolders(layout: Layout): void {
  mkdirSync(layout.dir, { recursive: true, mode: 0o700 });
  for (const folder of [layout.bin, layout.logs, layout.run, layout.certs, layout.etcd]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}
