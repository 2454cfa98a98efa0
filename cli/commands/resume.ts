import { errorText } from '@flux-host/host/errors/text.ts';
import type { KubeObject } from '@flux-host/host/kube/types.ts';
import { waitFor } from '../cluster/wait.ts';
import { commandError, usageError } from '../command/errors.ts';
import type { Command, Invocation } from '../command/types.ts';
import { progressOf } from '../kinds/progress.ts';
import type { FluxKind } from '../kinds/types.ts';
import { commandLine, commandsByKind, completeNames, plainGroups } from './by-kind.ts';

async function resumeObjects(kind: FluxKind, invocation: Invocation): Promise<void> {
  const { args, flags } = invocation;
  if (args.length === 0 && !flags.is('all')) throw usageError(`${kind.human} name is required`);
  const resumed = await unsuspend(kind, invocation);
  // One object is waited for unless the user says otherwise; several only on request.
  const waits = flags.given('wait') ? flags.is('wait') : args.length === 1;
  if (!waits) return;
  const outcomes = await Promise.all(resumed.map((name) => outcomeOf(kind, name, invocation)));
  const failed = outcomes.filter((outcome) => !report(kind, outcome, invocation)).length;
  if (failed > 0) {
    throw commandError(
      'FLUX_E_CLI_RECONCILE',
      `reconciliation failed for ${failed} ${kind.resource.kind}(s)`,
    );
  }
}

/** @returns the names of the objects that are not suspended any more, in order */
async function unsuspend(kind: FluxKind, invocation: Invocation): Promise<string[]> {
  const { args, namespace, log, signal } = invocation;
  const { client } = await invocation.cluster();
  const { items } = await client.listMetadata(kind.resource, { namespace, signal });
  const present = items.map(({ metadata }) => metadata.name).sort();
  if (args.length === 0 && present.length === 0) {
    log.failure(`no ${kind.resource.kind} objects found in ${namespace} namespace`);
  }
  const resumed: string[] = [];
  for (const name of args.length > 0 ? new Set(args) : present) {
    if (!present.includes(name)) {
      log.failure(`${kind.resource.kind} object '${name}' not found in ${namespace} namespace`);
      continue;
    }
    log.action(`resuming ${kind.human} ${name} in ${namespace} namespace`);
    // As Flux does: absent rather than false, so that nobody owns the field.
    await client.patch(
      kind.resource,
      { namespace, name },
      { spec: { suspend: null } },
      { type: 'merge', signal },
    );
    resumed.push(name);
    log.success(`${kind.human} resumed`);
  }
  return resumed.sort();
}

interface Outcome {
  readonly name: string;
  readonly object?: KubeObject;
  readonly error?: unknown;
}

async function outcomeOf(kind: FluxKind, name: string, invocation: Invocation): Promise<Outcome> {
  const { namespace, log, signal, timeoutMs } = invocation;
  const { client } = await invocation.cluster();
  log.waiting(`waiting for ${kind.resource.kind} reconciliation`);
  try {
    const object = await waitFor({
      client,
      resource: kind.resource,
      key: { namespace, name },
      timeoutMs,
      signal,
      isDone: (current) => kind.isStatic?.(current) || isReady(current),
    });
    return { name, object };
  } catch (error) {
    return { name, error };
  }
}

function isReady(object: KubeObject): boolean {
  const progress = progressOf(object);
  if (progress.state === 'failed') throw commandError('FLUX_E_CLI_RECONCILE', progress.message);
  return progress.state === 'ready';
}

/** @returns whether it went well */
function report(kind: FluxKind, { name, object, error }: Outcome, { log }: Invocation): boolean {
  if (object) {
    log.success(`${kind.resource.kind} ${name} reconciliation completed`);
    log.success(kind.success(object));
    return true;
  }
  log.failure(`${kind.resource.kind} ${name} reconciliation failed: ${errorText(error)}`);
  return false;
}

function kindCommand(kind: FluxKind): Command {
  const { resource, name, aliases } = kind;
  const line = commandLine('resume', kind);
  return {
    name,
    usage: '[name]',
    ...(aliases && { aliases }),
    short: `Resume a suspended ${resource.kind}`,
    long: `The resume command marks a previously suspended ${resource.kind} resource for reconciliation and waits for it to
finish.`,
    example: `  # Resume reconciliation for an existing ${resource.kind}
  ${line} podinfo

  # Resume reconciliation for several at once
  ${line} podinfo-1 podinfo-2`,
    run: (invocation) => resumeObjects(kind, invocation),
    complete: completeNames(kind),
  };
}

/** `flux resume` */
export const resume: Command = {
  name: 'resume',
  short: 'Resume suspended resources',
  long: 'The resume sub-commands resume a suspended resource.',
  sharedFlags: {
    all: { type: 'bool', about: 'resume all resources in that namespace' },
    wait: { type: 'bool', about: 'waits for one resource to reconcile before moving to the next one' },
  },
  commands: commandsByKind({ verb: 'resume', command: kindCommand, groups: plainGroups('Resume') }),
};
