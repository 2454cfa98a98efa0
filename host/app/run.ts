import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isAbort } from '../errors/text.ts';
import { runAsLeader } from '../kube/leader.ts';
import { startEngine } from './engine.ts';
import type { HostOptions } from './options.ts';
import { createPlatform, type Platform } from './platform.ts';

/** How long work in flight may go on after the host was asked to stop. */
const graceMs = 20_000;

/**
 * Runs the host until the signal aborts, then stops gracefully: nothing new begins, what is in flight ends or is aborted after the grace.
 * @returns the exit code
 * @throws FluxError when it cannot start
 */
export async function runHost(options: HostOptions, signal: AbortSignal): Promise<number> {
  const platform = await createPlatform(options);
  const { log, metrics } = platform;
  for (const note of options.notes) log.info(`flag without effect: ${note}`);
  try {
    if (!options.leaderElection) {
      await lead(options, platform, signal);
      return 0;
    }
    // A follower serves its probes too: only the work waits for the Lease.
    platform.readiness.ready = true;
    const { leaderElection } = options;
    const name = leaseName(options);
    const identity = `${hostname()}_${randomBytes(6).toString('hex')}`;
    metrics.leader(name, false);
    const end = await runAsLeader(
      {
        client: platform.client,
        lease: { namespace: options.runtimeNamespace, name },
        identity,
        ...leaderElection,
        onLeader: (holder) => {
          log.info('leader elected', { identity: holder });
          metrics.leader(name, holder === identity);
        },
        onError: (error) => log.error(error, 'leader election failed, trying again'),
      },
      (leading) => lead(options, platform, leading),
      signal,
    );
    if (end !== 'lost') return 0;
    log.error(new Error('the Lease was lost'), 'leader election lost, exiting');
    return 1;
  } finally {
    await platform.close();
  }
}

/** Each shard elects its own leader: the selector is part of the name, as in Flux. */
function leaseName({ labelSelector }: HostOptions): string {
  const shard = labelSelector
    ? `-${createHash('sha256').update(labelSelector).digest('hex').slice(0, 8)}`
    : '';
  return `flux-host-leader-election${shard}`;
}

async function lead(options: HostOptions, platform: Platform, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const engine = await startEngine(options, platform, AbortSignal.any([signal, failed.signal])).catch(
    (error: unknown) => {
      // Watches that run already would keep the connection, and with it the process, from closing.
      failed.abort();
      // Asked to stop before it was up, e.g. while it waited for the CRDs.
      if (signal.aborted && isAbort(error)) return undefined;
      throw error;
    },
  );
  if (!engine) return;
  platform.readiness.ready = true;
  const drain = new AbortController();
  const cutOff = () => setTimeout(() => drain.abort(), graceMs).unref();
  if (signal.aborted) cutOff();
  else signal.addEventListener('abort', cutOff, { once: true });
  try {
    await engine.run(signal, drain.signal);
  } finally {
    platform.log.info('stopping');
    await engine.close();
  }
}
