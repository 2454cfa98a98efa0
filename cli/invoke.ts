import { formatDuration } from '@flux-host/host/duration/duration.ts';
import type { Cluster } from './cluster/connect.ts';
import { explain } from './cluster/explain.ts';
import { namespaceFrom } from './cluster/namespace.ts';
import type { Parsed } from './command/parse.ts';
import type { Command, Invocation } from './command/types.ts';
import type { Io } from './io.ts';
import { createLog } from './output/log.ts';

/** Runs a command with everything it may ask for, and closes what it opened. */
export async function invoke(command: Command, parsed: Parsed, io: Io): Promise<void> {
  await withInvocation(parsed, io, async (invocation) => command.run?.(invocation));
}

/** @throws what `work` throws, in words for the user */
export async function withInvocation<T>(
  { args, flags }: Pick<Parsed, 'args' | 'flags'>,
  io: Io,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  let opened: Promise<Cluster> | undefined;
  const cluster = (): Promise<Cluster> => {
    opened ??= import('./cluster/connect.ts').then(({ connect }) => connect(flags, io.env));
    return opened;
  };
  const timeoutMs = flags.milliseconds('timeout');
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(new DOMException('timed out', 'TimeoutError')), timeoutMs);
  const signal = AbortSignal.any([io.interrupt, timer.signal]);
  try {
    const namespace = await namespaceFrom(flags, io, async () => (await cluster()).client.namespace);
    return await work({
      args,
      flags,
      io,
      log: createLog(io),
      namespace,
      timeoutMs,
      signal,
      streamSignal: flags.given('timeout') ? signal : io.interrupt,
      cluster,
    });
  } catch (error) {
    throw explain(error, formatDuration(timeoutMs));
  } finally {
    clearTimeout(timeout);
    await opened?.then(
      (each) => each.close(),
      () => {},
    );
  }
}
