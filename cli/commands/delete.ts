import { usageError } from '../command/errors.ts';
import type { Command, Invocation } from '../command/types.ts';
import type { FluxKind } from '../kinds/types.ts';
import { confirm } from '../prompt.ts';
import { commandLine, commandsByKind, completeNames, plainGroups, withArticle } from './by-kind.ts';

async function deleteObject(kind: FluxKind, invocation: Invocation): Promise<void> {
  const { args, flags, namespace, log, signal, io } = invocation;
  const [name] = args;
  if (name === undefined) throw usageError(`${kind.human} name is required`);
  const { client } = await invocation.cluster();
  await client.getMetadata(kind.resource, { namespace, name }, { signal });
  if (!flags.is('silent')) await confirm(`Are you sure you want to delete this ${kind.human}`, io);
  log.action(`deleting ${kind.human} ${name} in ${namespace} namespace`);
  await client.delete(kind.resource, { namespace, name }, { propagationPolicy: 'Background', signal });
  log.success(`${kind.human} deleted`);
}

function kindCommand(kind: FluxKind): Command {
  const { resource, name, aliases } = kind;
  return {
    name,
    usage: '[name]',
    ...(aliases && { aliases }),
    short: `Delete ${withArticle(resource.kind)} ${kind.group === 'source' ? 'source' : 'resource'}`,
    long: `The ${commandLine('delete', kind).slice('flux '.length)} command deletes the given ${resource.kind} from the cluster.`,
    example: `  # Delete ${withArticle(resource.kind)}
  ${commandLine('delete', kind)} podinfo`,
    run: (invocation) => deleteObject(kind, invocation),
    complete: completeNames(kind),
  };
}

/** `flux delete` */
export const remove: Command = {
  name: 'delete',
  short: 'Delete sources and resources',
  long: 'The delete sub-commands delete sources and resources.',
  sharedFlags: {
    silent: { type: 'bool', short: 's', about: 'delete resource without asking for confirmation' },
  },
  commands: commandsByKind({ verb: 'delete', command: kindCommand, groups: plainGroups('Delete') }),
};
