import { errorText } from '@flux-host/host/errors/text.ts';
import { Failed, usageError } from '../command/errors.ts';
import type { Command, Invocation } from '../command/types.ts';
import type { FluxKind } from '../kinds/types.ts';
import { commandLine, commandsByKind, completeNames, plainGroups, withArticle } from './by-kind.ts';

async function suspendObjects(kind: FluxKind, invocation: Invocation): Promise<void> {
  const { args, flags, namespace, log, signal } = invocation;
  if (args.length === 0 && !flags.is('all')) throw usageError(`${kind.human} name is required`);
  const { client } = await invocation.cluster();
  const { items } = await client.listMetadata(kind.resource, { namespace, signal });
  const present = items.map(({ metadata }) => metadata.name);
  if (args.length === 0 && present.length === 0) throw usageError('no objects found');
  let failed = false;
  for (const name of args.length > 0 ? new Set(args) : present.sort()) {
    if (!present.includes(name)) {
      log.failure(`${kind.resource.kind} ${name} not found in ${namespace} namespace`);
      continue;
    }
    try {
      log.action(`suspending ${kind.human} ${name} in ${namespace} namespace`);
      await client.patch(
        kind.resource,
        { namespace, name },
        { spec: { suspend: true } },
        { type: 'merge', signal },
      );
      log.success(`${kind.human} suspended`);
    } catch (error) {
      signal.throwIfAborted();
      failed = true;
      log.failure(
        `failed suspending ${kind.resource.kind} ${name} in ${namespace} namespace: ${errorText(error)}`,
      );
    }
  }
  if (failed) throw new Failed();
}

function kindCommand(kind: FluxKind): Command {
  const { resource, name, aliases } = kind;
  const line = commandLine('suspend', kind);
  return {
    name,
    usage: '[name]',
    ...(aliases && { aliases }),
    short: `Suspend reconciliation of ${withArticle(resource.kind)}`,
    long: `The suspend command disables the reconciliation of ${withArticle(resource.kind)} resource.`,
    example: `  # Suspend reconciliation for an existing ${resource.kind}
  ${line} podinfo

  # Suspend reconciliation for several at once
  ${line} podinfo-1 podinfo-2`,
    run: (invocation) => suspendObjects(kind, invocation),
    complete: completeNames(kind),
  };
}

/** `flux suspend` */
export const suspend: Command = {
  name: 'suspend',
  short: 'Suspend resources',
  long: 'The suspend sub-commands suspend the reconciliation of a resource.',
  sharedFlags: { all: { type: 'bool', about: 'suspend all resources in that namespace' } },
  commands: commandsByKind({ verb: 'suspend', command: kindCommand, groups: plainGroups('Suspend') }),
};
