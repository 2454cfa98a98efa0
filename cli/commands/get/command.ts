import type { Command } from '../../command/types.ts';
import { images, others, sources } from '../../kinds/index.ts';
import type { FluxKind } from '../../kinds/types.ts';
import { commandsByKind, completeNames } from '../by-kind.ts';
import { preview } from '../texts.ts';
import { getAll, getKind } from './get.ts';
import { watchKind } from './watch.ts';

function kindCommand(kind: FluxKind): Command {
  const { resource, name, getName } = kind;
  const aliases = [...(kind.aliases ?? []), ...(getName ? [name] : [])];
  const line = ['flux get', groupNames[kind.group ?? 'none'], getName ?? name].filter(Boolean).join(' ');
  const showSource: Command['flags'] = {
    'show-source': { type: 'bool', about: `show the source reference for each ${kind.human}` },
  };
  return {
    name: getName ?? name,
    ...(aliases.length > 0 && { aliases }),
    short: `Get ${resource.kind} statuses`,
    long: `The ${line.slice('flux '.length)} command prints the statuses of the ${resource.kind} resources.`,
    example: `  # List all ${resource.kind} objects and their status
  ${line}

  # List ${resource.kind} objects from all namespaces
  ${line} --all-namespaces`,
    ...(kind.source && { flags: showSource }),
    run: (invocation) =>
      invocation.flags.is('watch')
        ? watchKind(kind, invocation)
        : getKind(kind, invocation, { among: 'one' }),
    complete: completeNames(kind),
  };
}

const groupNames = { source: 'sources', image: 'images', artifact: 'artifacts', none: '' } as const;

function all(kinds: readonly FluxKind[], texts: Pick<Command, 'short' | 'long' | 'example'>): Command {
  return { name: 'all', ...texts, run: (invocation) => getAll(kinds, invocation) };
}

function examples(line: string, what: string): string {
  return `  # List all ${what} in a namespace
  ${line} --namespace=flux-system

  # List all ${what} in all namespaces
  ${line} --all-namespaces`;
}

/** `flux get` */
export const get: Command = {
  name: 'get',
  short: 'Get the resources and their status',
  long: 'The get sub-commands print the statuses of Flux resources.',
  sharedFlags: {
    'all-namespaces': {
      type: 'bool',
      short: 'A',
      about: 'list the requested object(s) across all namespaces',
    },
    'no-header': { type: 'bool', about: 'skip the header when printing the results' },
    watch: {
      type: 'bool',
      short: 'w',
      about: 'After listing/getting the requested object, watch for changes.',
    },
    'status-selector': {
      type: 'string',
      about:
        'specify the status condition name and the desired state to filter the get result, e.g. ready=false or ready!=true',
    },
    'label-selector': { type: 'string', short: 'l', about: 'filter objects by label selector' },
  },
  commands: [
    ...commandsByKind({
      verb: 'get',
      command: kindCommand,
      groups: {
        source: { name: 'sources', aliases: ['source'], short: 'Get source statuses' },
        image: { name: 'images', aliases: ['image'], short: 'Get image automation object status' },
        artifact: { name: 'artifacts', aliases: ['artifact'], short: 'Get artifact object status' },
      },
      extra: {
        source: [
          all(sources, {
            short: 'Get all source statuses',
            long: preview('The get sources all command print the statuses of all sources.'),
            example: examples('flux get sources all', 'sources'),
          }),
        ],
        image: [
          all(images, {
            short: 'Get all image statuses',
            long: 'The get image sub-commands print the statuses of all image objects.',
            example: examples('flux get images all', 'image objects'),
          }),
        ],
      },
    }),
    all([...sources, ...images, ...others], {
      short: 'Get all resources and statuses',
      long: preview('The get all command print the statuses of all resources.'),
      example: examples('flux get all', 'resources'),
    }),
  ],
};
