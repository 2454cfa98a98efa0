import { existsSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { componentNames } from './binaries.ts';
import { attachControlPlane, runningComponents, startControlPlane } from './control-plane.ts';
import { notRunning } from './errors.ts';
import { layoutOf } from './layout.ts';

/** The command line of `npm run local`. */
export interface Invocation {
  readonly dir: string;
  /** Whether `--dir` was given, and so has to be repeated in the commands that are shown. */
  readonly explicitDir: boolean;
  readonly port: number | undefined;
  readonly purge: boolean;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
const short = (path: string) => {
  const fromHere = relative(process.cwd(), path) || '.';
  return fromHere.startsWith('..') ? path : fromHere;
};

/** Starts the control plane, or the parts of it that stopped, and says how to use it. */
export async function up({ dir, explicitDir, port }: Invocation): Promise<void> {
  const began = Date.now();
  const controlPlane = await startControlPlane({ dir, ...(port === undefined ? {} : { port }) });
  const suffix = explicitDir ? ` --dir ${quoted(dir)}` : '';
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  say(`✔ Kubernetes answers at ${controlPlane.server} (${seconds} s)`);
  say(`  use it:  export KUBECONFIG=${quoted(controlPlane.kubeconfig)}`);
  say(`  logs:    ${short(layoutOf(dir).logs)}`);
  say(`  stop it: npm run local -- down${suffix}`);
}

/** Stops the control plane; with `--purge` its directory goes too. Stopping what does not run is fine. */
export async function down({ dir, purge }: Invocation): Promise<void> {
  if (!existsSync(dir)) return say(`✔ nothing in ${short(resolve(dir))}`);
  const layout = layoutOf(dir);
  const running = runningComponents(dir);
  if (running.length > 0) await attachControlPlane(dir).stop({ purge });
  // Only a directory that is recognisably ours is deleted.
  else if (purge && existsSync(layout.state)) rmSync(layout.dir, { recursive: true, force: true });
  say(`✔ stopped ${running.length} components${purge ? ', removed' : ' in'} ${short(layout.dir)}`);
}

/** Prints the shell command that points kubectl, flux and the host at the control plane. */
export async function env({ dir }: Invocation): Promise<void> {
  say(`export KUBECONFIG=${quoted(attachControlPlane(dir).kubeconfig)}`);
}

/** Shows the processes; fails when not all of them run. */
export async function status({ dir }: Invocation): Promise<void> {
  const layout = layoutOf(dir);
  const running = new Map(runningComponents(dir).map(({ name, pid }) => [name, pid]));
  if (running.size === 0) throw notRunning(layout.dir);
  say(`${attachControlPlane(dir).server}`);
  for (const name of componentNames) {
    if (!existsSync(layout.binary(name))) continue;
    const pid = running.get(name);
    say(pid ? `✔ ${name} (pid ${pid})` : `✗ ${name} stopped: see ${short(layout.log(name))}`);
    if (!pid) process.exitCode = 1;
  }
}
