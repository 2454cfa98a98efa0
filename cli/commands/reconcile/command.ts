import { usageError } from '../../command/errors.ts';
import type { Command, Flags } from '../../command/types.ts';
import type { FluxKind } from '../../kinds/types.ts';
import { commandLine, commandsByKind, completeNames, plainGroups, withArticle } from '../by-kind.ts';
import { reconcileObject } from './reconcile.ts';

function kindCommand(kind: FluxKind): Command {
  const { resource, name, aliases } = kind;
  const line = commandLine('reconcile', kind);
  const withSource: Flags = kind.sourceReference
    ? { 'with-source': { type: 'bool', about: `reconcile ${resource.kind} source` } }
    : {};
  const switches = Object.entries(kind.reconcileSwitches ?? {}).map(
    ([flag, { about }]) => [flag, { type: 'bool', about }] as const,
  );
  return {
    name,
    usage: '[name]',
    ...(aliases && { aliases }),
    short: `Reconcile ${withArticle(resource.kind)}${kind.group === 'source' ? ' source' : ' resource'}`,
    long: `The ${line.slice('flux '.length)} command triggers a reconciliation of ${withArticle(resource.kind)} resource and waits for it to finish.`,
    example: [
      `  # Trigger a reconciliation for an existing ${resource.kind}`,
      `  ${line} podinfo`,
      ...(kind.sourceReference
        ? ['', '  # Trigger a sync of its source first', `  ${line} podinfo --with-source`]
        : []),
    ].join('\n'),
    flags: { ...withSource, ...Object.fromEntries(switches) },
    async run(invocation) {
      const [object] = invocation.args;
      const { flags, namespace } = invocation;
      if (object === undefined) throw usageError(`${resource.kind} name is required`);
      const wantsSource = flags.has('with-source') && flags.is('with-source');
      await reconcileObject({ kind, name: object, namespace, withSource: wantsSource }, invocation);
    },
    complete: completeNames(kind),
  };
}

/** `flux reconcile` */
export const reconcile: Command = {
  name: 'reconcile',
  short: 'Reconcile sources and resources',
  long: 'The reconcile sub-commands trigger a reconciliation of sources and resources.',
  commands: commandsByKind({ verb: 'reconcile', command: kindCommand, groups: plainGroups('Reconcile') }),
};
