import { errorText } from '@flux-host/host/errors/text.ts';
import { commandError, Failed, usageError } from '../../command/errors.ts';
import type { Command, FlagValues, Invocation } from '../../command/types.ts';
import { preview } from '../texts.ts';
import { entryFilter, entryText, parseEntry } from './entry.ts';
import { fluxPods, type LogSource } from './pods.ts';

const levels = ['debug', 'info', 'error'];

/** The query of the log endpoint that the flags ask for. */
function queryFrom(flags: FlagValues): Record<string, string> {
  const tail = flags.number('tail');
  const since = flags.milliseconds('since');
  const sinceTime = flags.text('since-time');
  if (sinceTime && since) throw usageError('at most one of `sinceTime` or `sinceDuration` may be specified');
  if (sinceTime && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(sinceTime)) {
    throw usageError(`${sinceTime} is not a valid (RFC3339) time`);
  }
  return {
    ...(flags.is('follow') && { follow: 'true' }),
    ...(tail > -1 && { tailLines: String(tail) }),
    ...(since && { sinceSeconds: String(Math.max(1, Math.round(since / 1000))) }),
    ...(sinceTime && { sinceTime }),
  };
}

/** Prints the selected entries of one pod as they come. */
async function printLog(
  { pod, container }: LogSource,
  query: Record<string, string>,
  invocation: Invocation,
): Promise<void> {
  const { flags, io, cluster } = invocation;
  const signal = flags.is('follow') ? invocation.streamSignal : invocation.signal;
  const isShown = entryFilter(invocation);
  const parameters = new URLSearchParams({ ...query, ...(container && { container }) });
  const path = `/api/v1/namespaces/${flags.text('flux-namespace')}/pods/${pod}/log?${parameters}`;
  const show = (line: string): void => {
    const entry = parseEntry(line);
    if (entry && isShown(entry)) io.out(entryText(entry));
  };
  const decoder = new TextDecoder();
  let pending = '';
  try {
    for await (const chunk of await (await cluster()).text(path, signal)) {
      const lines = `${pending}${decoder.decode(chunk, { stream: true })}`.split('\n');
      pending = lines.pop() ?? '';
      lines.forEach(show);
    }
  } catch (error) {
    // Somebody who follows a log ends it with Ctrl-C.
    if (!signal.aborted || !flags.is('follow')) throw error;
  }
  show(pending);
}

async function printLogs(invocation: Invocation): Promise<void> {
  const { args, flags, io, signal } = invocation;
  if (args.length > 0) throw usageError('no argument required');
  const query = queryFrom(flags);
  const { client } = await invocation.cluster();
  const sources = await fluxPods(client, flags.text('flux-namespace'), signal);
  let failed = false;
  const print = (source: LogSource): Promise<void> =>
    printLog(source, query, invocation).catch((error: unknown) => {
      if (signal.aborted) throw error;
      failed = true;
      io.err(`failed getting logs: ${errorText(error)}\n`);
    });
  if (flags.is('follow')) await Promise.all(sources.map(print));
  else for (const source of sources) await print(source);
  if (failed && flags.is('follow')) throw new Failed();
  if (failed) throw commandError('FLUX_E_CLI_LOGS', 'failed to collect logs from all Flux pods');
}

/** `flux logs` */
export const logs: Command = {
  name: 'logs',
  short: 'Display formatted logs for Flux components',
  long: preview('The logs command displays formatted logs from various Flux components.'),
  example: `  # Print the reconciliation logs of all Flux custom resources in your cluster
  flux logs --all-namespaces

  # Print all logs of all Flux custom resources newer than 2 minutes
  flux logs --all-namespaces --since=2m

  # Stream logs for a particular log level
  flux logs --follow --level=error --all-namespaces

  # Filter logs by kind, name and namespace
  flux logs --kind=Kustomization --name=podinfo --namespace=default

  # Print logs when Flux is installed in a different namespace than flux-system
  flux logs --flux-namespace=my-namespace`,
  flags: {
    level: {
      type: 'string',
      typeName: levels.join('|'),
      about: 'log level',
      choices: levels,
      check: (value) =>
        levels.includes(value)
          ? undefined
          : value.trim() === ''
            ? `no log level given, must be one of: ${levels.join(', ')}`
            : `unsupported log level '${value}', must be one of: ${levels.join(', ')}`,
    },
    kind: { type: 'string', about: 'displays errors of a particular toolkit kind e.g GitRepository' },
    name: { type: 'string', about: 'specifies the name of the object logs to be displayed' },
    follow: { type: 'bool', short: 'f', about: 'specifies if the logs should be streamed' },
    tail: { type: 'int', default: '-1', about: 'lines of recent log file to display' },
    'flux-namespace': {
      type: 'string',
      default: 'flux-system',
      about: 'the namespace where the Flux components are running',
    },
    'all-namespaces': {
      type: 'bool',
      short: 'A',
      about: 'displays logs for objects across all namespaces',
    },
    since: {
      type: 'duration',
      about:
        'Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs. Only one of since-time / since may be used.',
    },
    'since-time': {
      type: 'string',
      about:
        'Only return logs after a specific date (RFC3339). Defaults to all logs. Only one of since-time / since may be used.',
    },
  },
  run: printLogs,
};
